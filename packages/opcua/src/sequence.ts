/** Sequence numbers run from 1 to 2^32 - 1 and then begin at 1 again (OPC 10000-4, 7.26). */
export const nextSequence = (last: number): number => (last === 0xffffffff ? 1 : last + 1)

export type Turn =
  /** The next in order, or the first ever. */
  | { readonly turn: 'next' }
  /** Seen before: the server sent it twice, or it was fetched again in the meantime. */
  | { readonly turn: 'seen' }
  /** Messages before it are missing, from `from` on. */
  | { readonly turn: 'early'; readonly from: number; readonly missing: number }

/**
 * Where a message stands behind the last one that was delivered (0: none yet). A keep-alive
 * carries the number that the next message will have, and uses none up.
 */
export function turnOf(last: number, sequence: number, keepAlive: boolean): Turn {
  if (last === 0) return { turn: 'next' }
  const from = nextSequence(last)
  const ahead = (sequence - from) | 0
  if (ahead > 0) return { turn: 'early', from, missing: ahead }
  return ahead === 0 || keepAlive ? { turn: 'next' } : { turn: 'seen' }
}
