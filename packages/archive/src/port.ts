import type { Micros, PointId, Sample, Value, ValueType } from '@mla/model'
import type { AlarmArchive } from './alarm-port.ts'
import type { LogArchive } from './log-port.ts'

/** A batch of samples as the log carries it. */
export interface LoggedBatch {
  readonly offset: number
  readonly appendTime: Micros
  /** Bytes of it in the log. */
  readonly size: number
  readonly samples: readonly Sample[]
}

export interface Position {
  readonly partition: number
  readonly offset: number
}

/** One writer an assignment of partitions. */
export interface SampleWriter {
  /**
   * Takes batches of one partition in order. Resolves with the positions before which everything
   * is durable, of every partition where that moved; none is usual. After ARCHIVE_UNAVAILABLE call again with the same
   * batches: those that were taken before it failed are known by their offsets.
   */
  append(partition: number, batches: readonly LoggedBatch[]): Promise<readonly Position[]>
  /** Makes all that was taken durable; the positions that may be committed then. */
  flush(): Promise<readonly Position[]>
}

/** One value at the edge of a bucket. */
export interface Edge {
  readonly time: Micros
  readonly type: ValueType
  readonly value: Value
}

/**
 * The samples of [time, time + width), at least one: `count` of all of them; min, max and mean of
 * the finite numbers whose quality is not BAD, null where there is none; the first and the last.
 */
export interface Bucket {
  readonly time: Micros
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly first: Edge
  readonly last: Edge
}

export interface HistoryQuery {
  readonly point: PointId
  /** The range is [from, to). */
  readonly from: Micros
  readonly to: Micros
  /** With more raw samples than this the answer is buckets, at most as many. */
  readonly maxPoints: number
  /** Samples that may not be in the archive yet; those that are count once. */
  readonly overlay?: readonly Sample[]
}

export type History =
  | { readonly tier: 'raw'; readonly samples: readonly Sample[]; readonly buckets: null }
  | {
      readonly tier: 'raw'
      readonly samples: null
      readonly widthMicros: Micros
      readonly buckets: readonly Bucket[]
    }

/** The archive of samples: what it answers holds each sample once, in order of time. */
export interface Archive extends AsyncDisposable {
  /** The archive of log records, beside it in the same store. */
  readonly logs: LogArchive
  /** The archive of alarm transitions, there too. */
  readonly alarms: AlarmArchive
  openWriter(): SampleWriter
  /** The newest sample of each point (at or before `at`); a point that has none is left out. */
  latest(points: readonly PointId[], at?: Micros): Promise<ReadonlyMap<PointId, Sample>>
  history(query: HistoryQuery): Promise<History>
  /** All samples of [from, to), in order of time, a page at a time. */
  samples(point: PointId, from: Micros, to: Micros): AsyncIterable<readonly Sample[]>
  /** How many samples [from, to) holds. */
  count(point: PointId, from: Micros, to: Micros): Promise<number>
  /** Drops what is older than its class keeps, where the store does not do so by itself. */
  expire(now: Micros): Promise<void>
  /** Resolves when the archive answers; throws ARCHIVE_UNAVAILABLE. */
  ping(): Promise<void>
}

/** How long the archive keeps the samples of a class of points. Null is for ever. */
export interface ArchiveClass {
  readonly name: string
  readonly retentionDays: number | null
}

/** Which class a point belongs to; the archive asks once a block. */
export type ClassOf = (point: PointId) => string
