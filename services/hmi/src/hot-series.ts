import { type BytePool, readSeries, SeriesWriter } from '@mla/archive'
import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import type { Place, Slabs } from './slab.ts'

/** Some minutes of one point, coded; closed to further samples. */
export interface Chunk extends Place {
  readonly series: HotSeries
  readonly count: number
  /** Of the times of its samples. */
  readonly minTime: Micros
  readonly maxTime: Micros
  /** When the bus took its last sample. */
  readonly lastAppend: Micros
}

/** The open chunk of a point. */
export interface OpenChunk {
  readonly writer: SeriesWriter
  readonly firstAppend: Micros
  lastAppend: Micros
  minTime: Micros
  maxTime: Micros
}

type MutableSample = { -readonly [name in keyof Sample]: Sample[name] }

/** What the hot store holds of one point. */
export interface HotSeries {
  readonly point: PointId
  /** Its own copy, written over by the next. */
  latest: MutableSample | null
  readonly chunks: Chunk[]
  open: OpenChunk | null
}

export const createHotSeries = (point: PointId): HotSeries => ({
  point,
  latest: null,
  chunks: [],
  open: null,
})

/**
 * Makes it the newest. It is written over the one before: twenty thousand samples that each live
 * for a second would be most of the garbage collector's work.
 */
export function setLatest(series: HotSeries, sample: Sample): void {
  const { latest } = series
  if (latest === null) {
    series.latest = { ...sample }
    return
  }
  latest.sourceTime = sample.sourceTime
  latest.serverTime = sample.serverTime
  latest.collectedTime = sample.collectedTime
  latest.type = sample.type
  latest.value = sample.value
  latest.text = sample.text
  latest.status = sample.status
}

/** Adds a sample to the open chunk; answers by how many bytes it grew. */
export function appendTo(
  series: HotSeries,
  sample: Sample,
  appendTime: Micros,
  pool: BytePool,
): number {
  const time = timeOf(sample)
  series.open ??= {
    writer: new SeriesWriter(pool),
    firstAppend: appendTime,
    lastAppend: appendTime,
    minTime: time,
    maxTime: time,
  }
  const { open } = series
  const before = open.writer.bytes
  open.writer.append(sample)
  open.lastAppend = Math.max(open.lastAppend, appendTime)
  if (time < open.minTime) open.minTime = time
  if (time > open.maxTime) open.maxTime = time
  return open.writer.bytes - before
}

/** All samples whose time lies in [from, to), as they came. */
export function samplesOf(series: HotSeries, { read }: Slabs, from: Micros, to: Micros): Sample[] {
  const found: Sample[] = []
  const take = (
    chunk: Pick<Chunk, 'minTime' | 'maxTime'>,
    code: () => Uint8Array,
    count: number,
  ) => {
    if (chunk.maxTime < from || chunk.minTime >= to) return
    for (const sample of readSeries(series.point, code(), count)) {
      const time = timeOf(sample)
      if (time >= from && time < to) found.push(sample)
    }
  }
  for (const chunk of series.chunks) take(chunk, () => read(chunk), chunk.count)
  const { open } = series
  if (open) take(open, () => open.writer.code(), open.writer.count)
  return found
}
