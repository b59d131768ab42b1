import type { Message } from '@mla/bus'
import type { AlarmAction, IasioBatch } from '@mla/model'

/** A message of one of the two topics that alarms are made from. */
export type LogEntry =
  | { readonly kind: 'values'; readonly message: Message<IasioBatch> }
  | { readonly kind: 'action'; readonly message: Message<AlarmAction> }

/** In the order in which the log took them; partitions are read one after the other. */
export const inOrder = (entries: readonly LogEntry[]): readonly LogEntry[] =>
  entries.toSorted(
    (a, b) =>
      a.message.appendTime - b.message.appendTime ||
      a.kind.localeCompare(b.kind) ||
      a.message.partition - b.message.partition ||
      a.message.offset - b.message.offset,
  )

/** What an action did, as its effect on the BSDB tells it. */
export const effectOf = (
  alarm: string,
  { kind, user, text }: { readonly kind: string; readonly user: string; readonly text: string },
): string => JSON.stringify([alarm, kind, user, text])

/** What operators have done by what came out of it. */
export const effectsIn = (
  entries: readonly LogEntry[],
  isOurs: (producer: string) => boolean,
): ReadonlySet<string> =>
  new Set(
    entries.flatMap((entry) =>
      entry.kind === 'values' && isOurs(entry.message.record.producer)
        ? entry.message.record.values.flatMap(({ id, action }) =>
            action ? effectOf(id, action) : [],
          )
        : [],
    ),
  )

/** Bytes of messages that are kept to be brought into order. */
const mostBytes = 64 * 2 ** 20

/** Gathers what is read of the log up to its end, so that it can be worked through in order. */
export function createReplay(
  take: (entries: readonly LogEntry[]) => void,
  isTooLong: (messages: number) => void,
) {
  let entries: LogEntry[] = []
  let bytes = 0
  let messages = 0
  const end = (): void => {
    const all = entries
    entries = []
    bytes = 0
    take(all)
  }
  return {
    add(entry: LogEntry): void {
      entries.push(entry)
      bytes += entry.message.size
      messages++
      if (bytes < mostBytes) return
      isTooLong(entries.length)
      end()
    },
    end,
    get messages(): number {
      return messages
    },
  }
}
