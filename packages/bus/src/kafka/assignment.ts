import type { KafkaMessage } from 'kafkajs'

/** Partitions that were given to a consumer, until the next time that they are shared out. */
export interface Assignment {
  /** Counts up over the life of a consumer. */
  readonly number: number
  readonly partitions: readonly number[]
  /** The offset that each partition is read from next; resolved before the first batch. */
  readonly positions: Promise<Map<number, number>>
  /** Newest offset known of each partition, plus one. */
  readonly ends: Map<number, number>
  /** Partitions that came with a gap in front, and were asked for once more. */
  readonly askedAgain: Set<number>
  isOver: boolean
}

/** A batch, offered to the loop; kafkajs waits until it is finished with or void. */
export interface Offer {
  readonly assignment: Assignment
  readonly partition: number
  readonly messages: readonly KafkaMessage[]
  /** Offset of the first message behind the batch. */
  readonly next: number
  /** The loop is through with it. */
  finish(): void
}

/** Writes offsets in the name of the present member and generation; no retries. */
export type CommitNow = (
  positions: readonly { readonly partition: number; readonly offset: number }[],
) => Promise<void>
