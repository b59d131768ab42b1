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
  /** How many of them min, max and mean are of. */
  readonly numbers: number
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
  /** Buckets of this width, however many samples there are; `maxPoints` does not count then. */
  readonly widthMicros?: Micros
  /** Samples that may not be in the archive yet; those that are count once. */
  readonly overlay?: readonly Sample[]
}

export type History =
  | { readonly tier: 'raw'; readonly samples: readonly Sample[]; readonly buckets: null }
  | {
      /** The coarsest that was read: raw, or the width of a tier such as 1m. */
      readonly tier: string
      readonly samples: null
      readonly widthMicros: Micros
      readonly buckets: readonly Bucket[]
    }

export interface QuantilesQuery {
  readonly point: PointId
  /** The range is [from, to). */
  readonly from: Micros
  readonly to: Micros
  /** Of the count, 0 to 1: 0.5 is the median. */
  readonly shares: readonly number[]
  readonly overlay?: readonly Sample[]
}

/** How the finite numbers of a range that are not BAD are spread. */
export interface Quantiles {
  /** The coarsest that was read: raw, or the width of a tier such as 1h. */
  readonly tier: string
  readonly count: number
  /** One for each share; null where there is no number. */
  readonly values: readonly (number | null)[]
  /** The most that a value is wrong by, as a share of itself. */
  readonly accuracy: number
}

/** How far rolling up has come. */
export interface RollupFigures {
  /** Days of points that were rolled up in this call. */
  readonly rolled: number
  /** Days of points that have samples which no rollup knows yet, today's among them. */
  readonly due: number
  /**
   * Days of points, in this call, to which samples came when the others of the day were over, or nearly:
   * they are archived, and the rollup stays as it was.
   */
  readonly late: number
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
  /** Throws QUERY_TOO_LARGE where too many samples are not rolled up. */
  quantiles(query: QuantilesQuery): Promise<Quantiles>
  /** All samples of [from, to), in order of time, a page at a time. */
  samples(point: PointId, from: Micros, to: Micros): AsyncIterable<readonly Sample[]>
  /** As `samples`, of many points: those of a point in order of time, the points as the store likes it. */
  samplesOfMany(
    points: readonly PointId[],
    from: Micros,
    to: Micros,
  ): AsyncIterable<readonly Sample[]>
  /** How many samples [from, to) holds. */
  count(point: PointId, from: Micros, to: Micros): Promise<number>
  /**
   * Makes the rollups of days that are over, and again of those that late samples came to, for at
   * most some seconds; call it again while it rolls any. What is stored decides what comes out, so it
   * may end anywhere, and two processes may do the same.
   */
  rollUp(now: Micros): Promise<RollupFigures>
  /** Drops what is older than its class keeps, where the store does not do so by itself. */
  expire(now: Micros): Promise<void>
  /** Resolves when the archive answers; throws ARCHIVE_UNAVAILABLE. */
  ping(): Promise<void>
}

/** Summaries of a width, which outlive the samples that they are made of. */
export interface Tier {
  /** A part of a day; each tier's a multiple of the finer one's. */
  readonly widthMicros: Micros
  /** Null is for ever. */
  readonly retentionDays: number | null
}

/** How long the archive keeps the samples of a class of points. Null is for ever. */
export interface ArchiveClass {
  readonly name: string
  readonly retentionDays: number | null
  /** From the finest to the coarsest; the coarsest carries the sketches for percentiles. */
  readonly rollups?: readonly Tier[]
}

/** Which class a point belongs to; the archive asks once a block. */
export type ClassOf = (point: PointId) => string
