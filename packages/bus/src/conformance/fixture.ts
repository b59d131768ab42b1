import { randomUUID } from 'node:crypto'
import { MlaError } from '@mla/model'
import type { Bus, Consumer, DeadLetter, Delivery, Message, Topic } from '../port.ts'

/** A message as a topic holds it. */
export interface Held {
  readonly key: string | null
  readonly bytes: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** What an adapter's test hands over: two buses, as of two processes, with the same topics. */
export interface BusFixture extends AsyncDisposable {
  readonly bus: Bus
  readonly other: Bus
  readonly deadLetters: readonly DeadLetter[]
  /** What a topic of one partition holds. */
  held(topic: string): Promise<readonly Held[]>
}

export type OpenFixture = () => Promise<BusFixture>

/** A topic of texts with a name of its own; `poison` cannot be decoded. */
export function textTopic(
  partitions = 3,
  options: { readonly decoded?: () => void; readonly maxMessageBytes?: number } = {},
): Topic<string> {
  const { maxMessageBytes = 8 * 1024 * 1024 } = options
  return {
    name: `test-${randomUUID()}`,
    settings: { partitions, retentionMs: null, cleanup: 'delete', maxMessageBytes },
    encode: (text) => Buffer.from(text),
    decode(bytes) {
      options.decoded?.()
      const text = Buffer.from(bytes).toString()
      if (text.startsWith('poison')) throw new MlaError('DECODE_FAILED', `it is ${text}`)
      return text
    },
  }
}

export const texts = (count: number, prefix = 'm') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

/** Publishes texts, each with itself as the key. */
export const publishTexts = <T extends string>(bus: Bus, topic: Topic<string>, all: readonly T[]) =>
  bus.publish(
    topic,
    all.map((text) => ({ key: text, record: text })),
  )

export type Batch<T> = Extract<Delivery<T>, { kind: 'batch' }>

/** Consumes until so many messages came, committing each batch unless told otherwise. */
export async function takeMessages<T>(
  bus: Bus,
  topic: Topic<T>,
  group: string,
  count: number,
  { commits = true }: { readonly commits?: boolean } = {},
): Promise<readonly Message<T>[]> {
  const taken: Message<T>[] = []
  const consumer = bus.consume(topic, group, new AbortController().signal)
  for await (const delivery of consumer) {
    if (delivery.kind !== 'batch') continue
    taken.push(...delivery.messages)
    if (commits) await consumer.commit([delivery.next], delivery.assignment)
    if (taken.length >= count) break
  }
  return taken
}

/** Reads to the first batch, and holds it. */
export async function firstBatch<T>(
  consumer: Consumer<T>,
): Promise<{ readonly loop: AsyncIterator<Delivery<T>>; readonly batch: Batch<T> }> {
  const loop = consumer[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await loop.next()
    if (done) throw new Error('the consumer ended before its first batch')
    if (value.kind === 'batch') return { loop, batch: value }
  }
}

export const recordsOf = <T>(messages: readonly Message<T>[]): readonly T[] =>
  messages.map(({ record }) => record)
