import type { Micros } from '@mla/model'

export interface TopicSettings {
  readonly partitions: number
  /** Null keeps for ever. */
  readonly retentionMs: number | null
  readonly cleanup: 'delete' | 'compact'
  readonly maxMessageBytes: number
}

export interface TopicDefinition {
  readonly name: string
  readonly settings: TopicSettings
}

/** A named stream of records of one type. */
export interface Topic<T> extends TopicDefinition {
  encode(record: T): Uint8Array
  /** Throws DECODE_FAILED or SCHEMA_UNKNOWN; the bus dead-letters what it throws on. */
  decode(bytes: Uint8Array): T
}

export interface Outgoing<T> {
  readonly key: string
  /** Where it goes; without it, the key's hash decides. */
  readonly partition?: number
  readonly record: T
  /** Texts beside the record, such as why it is a dead letter; consumers do not get them. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Message<T> {
  readonly partition: number
  readonly offset: number
  /** When the broker appended it to the log (LogAppendTime). */
  readonly appendTime: Micros
  readonly key: string | null
  readonly record: T
  /** Size of the encoded record in bytes. */
  readonly size: number
}

/** The offset of the next message of a partition that is still to be read. */
export interface Position {
  readonly partition: number
  readonly offset: number
}

/**
 * What a consumer yields. A new assignment ends the one before it: work of an earlier assignment
 * that is not committed comes again, here or elsewhere, also for partitions that were kept, so
 * whatever is held of it must be dropped.
 */
export type Delivery<T> =
  | {
      readonly kind: 'assigned'
      readonly assignment: number
      readonly partitions: readonly number[]
    }
  | {
      readonly kind: 'batch'
      readonly assignment: number
      readonly partition: number
      /** In order of offset; may be empty where all of a batch was dead-lettered. */
      readonly messages: readonly Message<T>[]
      /** The position behind the batch. */
      readonly next: Position
    }

export interface Consumer<T> extends AsyncIterable<Delivery<T>> {
  /**
   * Records that everything before these positions is safely elsewhere. False where the
   * assignment is over (nothing was committed then). Throws BUS_UNAVAILABLE.
   */
  commit(positions: readonly Position[], assignment: number): Promise<boolean>
  /** Messages behind the newest, over the partitions assigned; as of the last batch. */
  readonly lag: number
}

/** What a follower yields: every message of every partition, and once the moment it caught up. */
export type Followed<T> =
  | { readonly kind: 'batch'; readonly partition: number; readonly messages: readonly Message<T>[] }
  | { readonly kind: 'caught-up' }

export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly code: string
  readonly reason: string
}

export interface FetchOptions {
  /**
   * Bytes that are worth a fetch; while there are fewer, it waits. By default one: what need not come
   * at once comes at less cost in larger pieces.
   */
  readonly fetchBytes?: number
  /** The longest that it waits for them, in milliseconds; by default half a second. */
  readonly fetchWithinMs?: number
}

/**
 * Carries records between services: ordered within a partition, delivered at least once.
 *
 * A consumer holds one batch at a time: the next is asked for when the loop comes back for it, so
 * a slow consumer slows the fetching and nothing queues up. What cannot be decoded goes to
 * `<topic>.dead` with its bytes, key and reason, is told to `onDeadLetter`, and is passed over.
 */
export interface Bus extends AsyncDisposable {
  /** Creates what is missing of these topics, and their `.dead` twins, with their settings. */
  createTopics(topics: readonly TopicDefinition[]): Promise<void>
  /**
   * Resolves when every record is on all in-sync replicas, in the order given for each partition.
   * Throws BUS_UNAVAILABLE (try again: some of them may be there) or BUS_REFUSED.
   */
  publish<T>(topic: Topic<T>, records: readonly Outgoing<T>[]): Promise<void>
  /** Shares the partitions with the other consumers of the group, from the last commit on. */
  consume<T>(
    topic: Topic<T>,
    group: string,
    signal: AbortSignal,
    options?: FetchOptions,
  ): Consumer<T>
  /** Reads all partitions, without a group, from the first message at or after `since`. */
  follow<T>(
    topic: Topic<T>,
    since: Micros,
    signal: AbortSignal,
    options?: FetchOptions,
  ): AsyncIterable<Followed<T>>
  /** Resolves when the bus answers; throws BUS_UNAVAILABLE. */
  ping(): Promise<void>
}
