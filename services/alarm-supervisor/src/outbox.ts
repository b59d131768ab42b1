import { wireOf } from '@mla/alarm'
import { alarmBsdb, type Bus, mlaReplies, mlaState, partitionOf } from '@mla/bus'
import { retry } from '@mla/kit'
import type { CommandReply, IasioBatch, Micros, StateDocument, WireIasio } from '@mla/model'
import type { Sent } from './deployment.ts'

/** Something to be sent after all that came before it. */
type Item =
  | { readonly kind: 'values'; readonly sent: readonly Sent[] }
  | { readonly kind: 'reply'; readonly reply: CommandReply }
  | { readonly kind: 'state'; documents(): Promise<readonly Document[]> }

interface Document {
  readonly key: string
  readonly record: StateDocument
}

export interface OutboxParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly epoch: Micros
  readonly now: () => Micros
  readonly signal: AbortSignal
  sent(values: number, changes: number): void
  failed(error: unknown): void
}

const { partitions } = alarmBsdb.settings
const mostInBatch = 500
/** Values that wait at most before `room` makes those who bring more wait. */
const mostWaiting = 20_000

export type Outbox = ReturnType<typeof createOutbox>

/**
 * Sends what a supervisor makes, strictly in order: a snapshot goes out after the values that it
 * says were sent, an answer after what the action did. While the bus is away all of it waits.
 */
export function createOutbox(parts: OutboxParts) {
  const { bus, epoch, now, signal } = parts
  const sequences = new Map<string, number>()
  let items: Item[] = []
  let waiting = 0
  let running: Promise<void> | null = null

  function put(item: Item): void {
    items.push(item)
    if (item.kind === 'values') waiting += item.sent.length
    begin()
  }

  function begin(): void {
    if (running !== null || items.length === 0 || isGivenUp) return
    running = work().finally(() => {
      running = null
      begin()
    })
  }

  async function work(): Promise<void> {
    while (items.length > 0 && !isGivenUp) {
      const taken = items
      items = []
      for (let i = 0; i < taken.length; ) {
        const item = taken[i]
        if (!item) break
        if (item.kind === 'values') {
          const sent: Sent[] = []
          for (; taken[i]?.kind === 'values'; i++) {
            const next = taken[i]
            if (next?.kind === 'values') for (const one of next.sent) sent.push(one)
          }
          await sendValues(sent)
          waiting -= sent.length
          continue
        }
        i++
        if (item.kind === 'reply') {
          const { reply } = item
          await surely(() => bus.publish(mlaReplies, [{ key: reply.component, record: reply }]))
        } else {
          const documents = await item.documents()
          await surely(() => bus.publish(mlaState, documents))
        }
      }
    }
  }

  async function sendValues(sent: readonly Sent[]): Promise<void> {
    const groups = new Map<string, { supervisor: string; partition: number; values: WireIasio[] }>()
    const time = now()
    let changes = 0
    for (const { supervisor, emission } of sent) {
      if (emission.isChange) changes++
      const partition = partitionOf(emission.id, partitions)
      const key = `${supervisor} ${partition}`
      const group = groups.get(key) ?? { supervisor, partition, values: [] }
      const { stamps } = emission
      group.values.push(wireOf({ ...emission, stamps: { ...stamps, sentToBsdb: time } }))
      groups.set(key, group)
    }
    const records: { key: string; partition: number; record: IasioBatch }[] = []
    for (const { supervisor, partition, values } of groups.values()) {
      for (let at = 0; at < values.length; at += mostInBatch) {
        const slice = values.slice(at, at + mostInBatch)
        const sequence = sequences.get(supervisor) ?? 0
        sequences.set(supervisor, sequence + 1)
        const record = { producer: supervisor, epoch, sequence, values: slice }
        records.push({ key: slice[0]?.id ?? supervisor, partition, record })
      }
    }
    await surely(() => bus.publish(alarmBsdb, records))
    parts.sent(sent.length, changes)
  }

  /** What is given up at the end is in the log once more for a successor. */
  let isGivenUp = false
  async function surely(publish: () => Promise<void>): Promise<void> {
    if (isGivenUp) return
    await retry(publish, signal, parts.failed).catch((error: unknown) => {
      parts.failed(error)
      if (signal.aborted) isGivenUp = true
    })
  }

  return {
    values(sent: readonly Sent[]): void {
      if (sent.length > 0) put({ kind: 'values', sent })
    },
    reply: (reply: CommandReply): void => put({ kind: 'reply', reply }),
    state: (documents: () => Promise<readonly Document[]>): void =>
      put({ kind: 'state', documents }),
    /** Resolves when there is room again; at once, usually. */
    async room(): Promise<void> {
      while (waiting > mostWaiting && running !== null) await running
    },
    /** Resolves when all is sent. */
    async flushed(): Promise<void> {
      while (running !== null) await running
    },
  }
}
