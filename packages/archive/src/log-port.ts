import type { LogRecord, LogValue, Micros, Priority } from '@mla/model'
import type { Position } from './port.ts'

/** A batch of log records as the log carries it: encoded, so that nobody makes objects of it. */
export interface LoggedLogs {
  readonly offset: number
  readonly appendTime: Micros
  /** A LogBatch in single-object encoding. */
  readonly bytes: Uint8Array
}

export interface LogsAppended {
  /** Everything before these is durable, of every partition where that moved; a closed block some time later. */
  readonly durable: readonly Position[]
  /** Offsets of batches that another one, earlier in the partition, is a copy of: not kept again. */
  readonly redelivered: ReadonlySet<number>
}

/** One writer an assignment of partitions. */
export interface LogWriter {
  /**
   * Takes batches of one partition in order. After ARCHIVE_UNAVAILABLE call again with the same
   * batches: those that were taken before it failed are known by their offsets.
   */
  append(partition: number, batches: readonly LoggedLogs[]): Promise<LogsAppended>
  /**
   * Stores what is open as far as it is, so that it can be searched and committed; a later call,
   * or the cut, writes the grown block in its place. To be called every second or so.
   */
  refresh(): Promise<readonly Position[]>
  /** Makes all that was taken durable, and closes it. */
  flush(): Promise<readonly Position[]>
}

/** What a record must have, all of it. */
export interface LogFilter {
  readonly minPriority?: Priority | null
  readonly priorities?: readonly Priority[] | null
  /** Names, patterns with `*` and `?`, or what stands before a slash of the name. */
  readonly sources?: readonly string[] | null
  readonly hosts?: readonly string[] | null
  readonly audience?: string | null
  /** Part of the message, in any case. */
  readonly text?: string | null
  /** A regular expression for the message; `(?i)` in front: in any case. */
  readonly regex?: string | null
  /** Values of fields, or of thread, process and so on, by name. */
  readonly fields?: Readonly<Record<string, LogValue>> | null
}

/** Where a record lies: also the order of records. As text it is the record's id and a cursor. */
export interface LogPosition {
  readonly time: Micros
  readonly partition: number
  readonly offset: number
  readonly index: number
}

export interface LogSearch {
  /** The range of the records' own times is [from, to). */
  readonly from: Micros
  readonly to: Micros
  readonly filter: LogFilter
  readonly order: 'newest' | 'oldest'
  /** Only what comes behind it in this order. */
  readonly after?: LogPosition | null
  readonly signal?: AbortSignal
  /** Told what the search looked at, when it ends. */
  readonly looked?: (figures: LogSearchFigures) => void
}

export interface LogSearchFigures {
  /** Blocks of the range, those opened of them, and bytes of messages that were looked through. */
  readonly blocks: number
  readonly opened: number
  readonly messageBytes: number
}

export interface LogHistogram {
  readonly time: Micros
  /** Records of each priority, TRACE first. */
  readonly counts: readonly number[]
}

/** The archive of log records: what it answers holds each record once. */
export interface LogArchive {
  openWriter(): LogWriter
  /** Records in order of time (then partition, offset, index), a page at a time. */
  search(search: LogSearch): AsyncIterable<readonly LogRecord[]>
  /** How many there are in each bucket of `width`; empty buckets are left out. */
  histogram(search: Omit<LogSearch, 'order' | 'after'>, width: Micros): Promise<LogHistogram[]>
}
