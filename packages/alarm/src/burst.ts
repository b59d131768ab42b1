import { type Micros, microsPerSecond } from '@mla/model'

/** What of an alarm says where it stands among others. */
export interface BurstMember {
  readonly id: string
  readonly isSet: boolean
  /** When it was set last; null for never. */
  readonly setSince: Micros | null
}

/** Alarms that are set within so long of the one before are one burst. */
export const burstGap: Micros = 10 * microsPerSecond

/**
 * For each alarm that was ever set the one that was set first of its burst: where the trouble began, as
 * far as time tells. Alone, it is its own. An alarm that has cleared since stays in its burst.
 */
export function firstOuts(members: Iterable<BurstMember>): ReadonlyMap<string, string> {
  const inOrder = [...members]
    .flatMap(({ id, setSince }) => (setSince === null ? [] : { id, setSince }))
    .sort((a, b) => a.setSince - b.setSince || (a.id < b.id ? -1 : 1))
  const found = new Map<string, string>()
  let first = ''
  let last = Number.NEGATIVE_INFINITY
  for (const { id, setSince } of inOrder) {
    if (setSince - last > burstGap) first = id
    last = setSince
    found.set(id, first)
  }
  return found
}

/**
 * The alarm that explains another one, by what the configuration says it depends on: of the causes
 * that are set, the one that was set first, and of that its own cause, as far as it goes. Null where none
 * of them is set. Goes around no circle: an alarm that depends on itself through others is passed over.
 */
export function rootCauseOf(
  id: string,
  causesOf: (id: string) => readonly string[],
  memberOf: (id: string) => BurstMember | null,
): string | null {
  const seen = new Set([id])
  let root: string | null = null
  for (let at: string | null = id; at !== null; ) {
    const next = firstSet(causesOf(at), seen, memberOf)
    if (next !== null) {
      seen.add(next)
      root = next
    }
    at = next
  }
  return root
}

function firstSet(
  ids: readonly string[],
  seen: ReadonlySet<string>,
  memberOf: (id: string) => BurstMember | null,
): string | null {
  let first: BurstMember | null = null
  for (const id of ids) {
    const member = seen.has(id) ? null : memberOf(id)
    if (!member?.isSet) continue
    if (first === null || (member.setSince ?? 0) < (first.setSince ?? 0)) first = member
  }
  return first?.id ?? null
}
