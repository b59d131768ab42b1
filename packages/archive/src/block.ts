import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { dayOf, type Micros, MlaError, type PointId, type Sample, timeOf } from '@mla/model'
import { BytePool } from './byte-pool.ts'
import { mergeSamples } from './merge.ts'
import { readSeries } from './series-reader.ts'
import { SeriesScan } from './series-scan.ts'
import { SeriesWriter } from './series-writer.ts'
import { addSample, type Summary, summaryOf } from './summary.ts'

/** Some minutes of one point as the archive stores them: summary in front, samples coded. */
export interface Block {
  readonly point: PointId
  /** UTC day of all its samples, counted from 1970-01-01. */
  readonly day: number
  readonly summary: Summary
  /** Format 1: the SeriesWriter's code, zstd-compressed. */
  readonly format: number
  readonly data: Uint8Array
}

const format = 1
/** The most that a block may unpack to: a guard, far above what a cut lets grow. */
const maxUnpackedBytes = 256 * 1024 * 1024
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/** The open minutes of one point on one day. */
export class OpenBlock {
  readonly point: PointId
  readonly day: number
  readonly #series: SeriesWriter
  readonly #summary: Summary
  #strictlyOrdered = true
  #newest: Micros

  constructor(first: Sample, pool: BytePool) {
    this.point = first.point
    this.day = dayOf(timeOf(first))
    this.#series = new SeriesWriter(pool)
    this.#series.append(first)
    this.#summary = summaryOf(first)
    this.#newest = timeOf(first)
  }

  append(sample: Sample): void {
    const time = timeOf(sample)
    if (time <= this.#newest) this.#strictlyOrdered = false
    else this.#newest = time
    this.#series.append(sample)
    addSample(this.#summary, sample)
  }

  /** The block as it is stored: in order of time, each sample once, so that the summary is true. */
  close(): Block {
    const { point, day } = this
    if (this.#strictlyOrdered) {
      const data = zstdCompressSync(this.#series.code(), compression)
      return { point, day, summary: this.#summary, format, data }
    }
    const samples = readSeries(point, this.#series.code(), this.#series.count)
    return blockOf(mergeSamples([samples]))
  }

  /** Gives its memory back; it is not to be used any more. */
  release(): void {
    this.#series.release()
  }
}

const pool = new BytePool()

/** A block of samples of one point and day that are in order and without copies. */
function blockOf(samples: readonly Sample[]): Block {
  const [first, ...rest] = samples
  if (first === undefined) throw new RangeError('a block holds at least one sample')
  const series = new SeriesWriter(pool)
  const summary = summaryOf(first)
  series.append(first)
  for (const sample of rest) {
    series.append(sample)
    addSample(summary, sample)
  }
  const data = zstdCompressSync(series.code(), compression)
  series.release()
  return { point: first.point, day: dayOf(timeOf(first)), summary, format, data }
}

/** A block as it lies in the store. */
export interface StoredData {
  readonly format: number
  readonly data: Uint8Array
  readonly count: number
}

/** The samples of a stored block. Throws ARCHIVE_REFUSED for one that cannot be read. */
export const openBlock = (point: PointId, block: StoredData): Sample[] =>
  readingBlock(point, block, (code) => readSeries(point, code, block.count))

/** Walks over a stored block, whose samples are in order and without copies. Throws ARCHIVE_REFUSED. */
export const scanBlock = (
  point: PointId,
  block: StoredData,
  walk: (scan: SeriesScan) => void,
): void => readingBlock(point, block, (code) => walk(new SeriesScan(code, block.count)))

function readingBlock<T>(
  point: PointId,
  { format: found, data }: StoredData,
  read: (code: Uint8Array) => T,
): T {
  if (found !== format) {
    throw new MlaError('ARCHIVE_REFUSED', `a block of ${point} has unknown format ${found}`)
  }
  try {
    return read(zstdDecompressSync(data, { maxOutputLength: maxUnpackedBytes }))
  } catch (cause) {
    throw new MlaError('ARCHIVE_REFUSED', `a block of ${point} cannot be read`, { cause })
  }
}
