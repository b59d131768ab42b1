import { formatLogPosition, type LoggedLogs } from '@mla/archive'
import type { Message } from '@mla/bus'
import {
  AvroWriter,
  type BatchIdentity,
  createLogBatchCodec,
  LogBatchWriter,
  priorities,
} from '@mla/model'
import { cursorOf, type EncodedLogs } from './encoded-logs.ts'
import type { Selection } from './selection.ts'

/** Records by source, then rank. */
export type Counts = ReadonlyMap<string, Float64Array>

/** What becomes of a batch. */
export interface Sifted {
  /** For the archive: the same bytes where nothing is left out. It keeps its identity and its place. */
  readonly archive: LoggedLogs
  readonly kept: number
  /** For `log.live`, with ids; null where nothing of it is shown. */
  readonly live: { readonly key: string; readonly bytes: Uint8Array; readonly count: number } | null
  /** All of its records. */
  readonly counts: Counts
  readonly notArchived: number
  /** Records that were to be shown, but for which there was no room. */
  readonly shed: number
}

/** Says whether one more record of a rank, of a source, can be shown now. */
export type LiveRoom = (rank: number, source: string) => boolean

/** Where records are that the archive does not have: behind all that it could. */
const notInArchive = 1_000_000

const header = createLogBatchCodec()
  .encode({ collector: '', epoch: 0, lane: '', sequence: 0, records: [] })
  .subarray(0, 10)
const archiveWriter = new LogBatchWriter()
const body = new AvroWriter(64 * 1024)
const head = new AvroWriter(256)

/** Walks a batch once, without making objects of its records. */
export function sift(
  { offset, appendTime, partition, record }: Message<EncodedLogs>,
  selection: Selection,
  hasRoom: LiveRoom,
): Sifted {
  const cursor = cursorOf(record)
  const counts = new Map<string, Float64Array>()
  let source = ''
  let ranks: Float64Array | undefined
  let [kept, shown, index, shed] = [0, 0, 0, 0]
  while (cursor.next()) {
    const name = cursor.name('source') ?? ''
    if (name !== source || ranks === undefined) {
      source = name
      ranks = counts.get(name) ?? new Float64Array(priorities.length)
      counts.set(name, ranks)
    }
    const { bytes, start, end, rank, time } = cursor
    ranks[rank] = (ranks[rank] as number) + 1
    const { archive, live } = selection.ofCursor(cursor, name)
    if (live && !hasRoom(rank, name)) shed++
    else if (live) {
      shown++
      // The last byte says that the record has no id; whoever set one is not believed.
      const at = { time, partition, offset, index: archive ? kept : notInArchive + index }
      body.copy(bytes, start, endWithoutId(bytes, end))
      body.byte(2)
      body.string(formatLogPosition(at))
    }
    if (archive) {
      kept++
      if (!selection.isEverything) archiveWriter.copy(bytes, start, end, rank)
    }
    index++
  }
  const isWhole = kept === record.records
  const sifted = selection.isEverything ? null : archiveWriter.seal(record).bytes
  const live =
    shown > 0 ? { key: keyOf(source), bytes: sealLive(record, shown), count: shown } : null
  body.cutTo(0)
  return {
    archive: { offset, appendTime, bytes: isWhole || !sifted ? record.bytes : sifted },
    ...{ kept, live, counts, shed, notArchived: record.records - kept },
  }
}

function endWithoutId(bytes: Buffer, end: number): number {
  return bytes[end - 1] === 0 ? end - 1 : end
}

function sealLive(batch: BatchIdentity, count: number): Uint8Array {
  head.raw(header)
  head.string(batch.collector)
  head.long(batch.epoch)
  head.long(batch.sequence)
  head.string(batch.lane)
  head.long(count)
  body.byte(0)
  const bytes = Buffer.concat([head.view(), body.view()])
  head.cutTo(0)
  return bytes
}

/** A lane is of one source of the configuration; what stands behind a slash is its host or process. */
const keyOf = (source: string): string => source.split('/', 1)[0] ?? ''
