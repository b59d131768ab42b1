import { wireOf } from '@mla/alarm'
import { alarmBsdb, type Bus, mlaReplies, mlaState, partitionOf } from '@mla/bus'
import { retry } from '@mla/kit'
import type { CommandReply, IasioBatch, Micros, StateDocument, WireIasio } from '@mla/model'
import type { Sent } from './deployment.ts'

type Item =
  | { readonly kind: 'values'; readonly sent: readonly Sent[] }
  | { readonly kind: 'reply'; readonly reply: CommandReply }

/** The documents of a snapshot, made when they can be sent. */
type Snapshot = () => Promise<readonly Document[]>

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
 * Sends what a supervisor makes: values in their order, a snapshot after the values that it says were
 * sent, an answer after what the action did and before a snapshot that knows the action as done. What
 * comes while something is under way goes together in the next; values never wait for snapshots.
 * While the bus is away all of it waits.
 */
export function createOutbox(parts: OutboxParts) {
  const { bus, epoch, now, signal } = parts
  const sequences = new Map<string, number>()
  let items: Item[] = []
  /** By DASU: of what has not gone out yet only the newest counts. */
  let snapshots = new Map<string, Snapshot>()
  let waiting = 0
  const sending = createLane(async () => {
    while (items.length + snapshots.size > 0 && !isGivenUp) {
      const [taken, ready] = [items, snapshots]
      items = []
      snapshots = new Map()
      const sent = taken.flatMap((item) => (item.kind === 'values' ? item.sent : []))
      if (sent.length > 0) await sendValues(sent)
      waiting -= sent.length
      const replies = taken.flatMap((item) => (item.kind === 'reply' ? item.reply : []))
      if (replies.length > 0) await sendReplies(replies)
      for (const [key, snapshot] of ready) toSave.set(key, snapshot)
      if (toSave.size > 0) saving.begin()
    }
  })
  let toSave = new Map<string, Snapshot>()
  const saving = createLane(async () => {
    while (toSave.size > 0 && !isGivenUp) {
      const taken = [...toSave.values()]
      toSave = new Map()
      const documents = await Promise.all(taken.map((make) => make()))
      await surely(() => bus.publish(mlaState, documents.flat()))
    }
  })

  function put(item: Item): void {
    items.push(item)
    if (item.kind === 'values') waiting += item.sent.length
    if (!isGivenUp) sending.begin()
  }

  const sendReplies = (replies: readonly CommandReply[]): Promise<void> =>
    surely(() =>
      bus.publish(
        mlaReplies,
        replies.map((reply) => ({ key: reply.component, record: reply })),
      ),
    )

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
    state(key: string, documents: Snapshot): void {
      snapshots.set(key, documents)
      if (!isGivenUp) sending.begin()
    },
    /** Resolves when there is room again; at once, usually. */
    async room(): Promise<void> {
      while (waiting > mostWaiting && sending.isBusy) await sending.done()
    },
    /** Resolves when all is sent. */
    async flushed(): Promise<void> {
      while (sending.isBusy || saving.isBusy) {
        await sending.done()
        await saving.done()
      }
    },
  }
}

/** Work that is done by one at a time; begun again, it is done once more after that. */
function createLane(work: () => Promise<void>) {
  let running: Promise<void> | null = null
  let isAsked = false
  const begin = (): void => {
    isAsked = true
    running ??= run().finally(() => {
      running = null
      if (isAsked) begin()
    })
  }
  const run = async (): Promise<void> => {
    isAsked = false
    await work()
  }
  return {
    begin,
    get isBusy() {
      return running !== null
    },
    done: async (): Promise<void> => {
      await running
    },
  }
}
