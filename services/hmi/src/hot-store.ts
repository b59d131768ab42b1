import { BytePool } from '@mla/archive'
import { latestOrder, type Micros, type PointId, type Sample } from '@mla/model'
import {
  appendTo,
  type Chunk,
  createHotSeries,
  type HotSeries,
  samplesOf,
  setLatest,
} from './hot-series.ts'
import { createSlabs } from './slab.ts'

export interface HotStoreRules {
  /** How long a sample is kept, by when the bus took it. */
  readonly keepMicros: Micros
  /** Bytes that all coded samples may take; beyond them the oldest go. */
  readonly maxBytes: number
}

export interface HotFigures {
  readonly points: number
  readonly samples: number
  readonly bytes: number
  /** Samples dropped for want of room before their time, so far. */
  readonly shed: number
  /** Everything that the bus took after this is here. */
  readonly since: Micros
  /** The newest append time. */
  readonly newest: Micros
}

/** The last minutes of every point, coded, and the newest sample of each as an object. */
export interface HotStore {
  /** False where there is no room for one more point. */
  append(sample: Sample, appendTime: Micros): boolean
  /** A sample from elsewhere: the newest of its point, if none here is newer. */
  offer(sample: Sample): void
  latest(point: PointId): Sample | null
  /** Samples whose time lies in [from, to), in the order in which they came. */
  samples(point: PointId, from: Micros, to: Micros): Sample[]
  /** Drops what is older than the newest append time less `keepMicros`. */
  trim(): void
  readonly figures: HotFigures
}

/** A chunk is closed when its first sample is so old, or when it has so many bytes. */
const chunkMicros = 180_000_000
const chunkBytes = 16 * 1024
/** What an object costs beside its bytes. */
const chunkOverhead = 192
const seriesOverhead = 1024
const maxPoints = 250_000

export function createHotStore(rules: HotStoreRules, since: Micros): HotStore {
  const { keepMicros, maxBytes } = rules
  const all = new Map<PointId, HotSeries>()
  const slabs = createSlabs()
  const pool = new BytePool()
  /** Closed chunks in the order in which they were closed: the oldest first. */
  let closed: Chunk[] = []
  let head = 0
  let newest = since
  let completeSince = since
  /** Of open chunks and of objects; the slabs count what is in them. */
  let bytes = 0
  let samples = 0
  let shed = 0

  const seriesOf = (point: PointId): HotSeries | null => {
    const known = all.get(point)
    if (known) return known
    if (all.size >= maxPoints) return null
    const series = createHotSeries(point)
    all.set(point, series)
    bytes += seriesOverhead
    return series
  }

  const close = (series: HotSeries): void => {
    const { open } = series
    if (!open) return
    const code = open.writer.code()
    const { minTime, maxTime, lastAppend } = open
    const { slab, at, length } = slabs.store(code)
    const { count } = open.writer
    const chunk: Chunk = { series, slab, at, length, count, minTime, maxTime, lastAppend }
    series.chunks.push(chunk)
    closed.push(chunk)
    bytes += chunkOverhead - open.writer.bytes
    open.writer.release()
    series.open = null
  }

  const dropOldest = (): Chunk | null => {
    const chunk = closed[head]
    if (!chunk) return null
    head += 1
    if (head > 4096 && head * 2 > closed.length) {
      closed = closed.slice(head)
      head = 0
    }
    chunk.series.chunks.shift()
    slabs.free(chunk)
    bytes -= chunkOverhead
    samples -= chunk.count
    completeSince = Math.max(completeSince, chunk.lastAppend)
    return chunk
  }

  const replaceLatest = (series: HotSeries, sample: Sample): void => {
    if (!series.latest || latestOrder(sample) >= latestOrder(series.latest)) {
      setLatest(series, sample)
    }
  }

  return {
    append(sample, appendTime) {
      const series = seriesOf(sample.point)
      if (!series) return false
      const { open } = series
      if (
        open &&
        (appendTime - open.firstAppend >= chunkMicros || open.writer.bytes >= chunkBytes)
      ) {
        close(series)
      }
      bytes += appendTo(series, sample, appendTime, pool)
      samples += 1
      newest = Math.max(newest, appendTime)
      replaceLatest(series, sample)
      while (bytes + slabs.bytes > maxBytes) {
        const dropped = dropOldest()
        if (!dropped) break
        shed += dropped.count
      }
      return true
    },
    offer(sample) {
      const series = seriesOf(sample.point)
      if (series && !(series.latest && latestOrder(series.latest) >= latestOrder(sample))) {
        setLatest(series, sample)
      }
    },
    latest(point) {
      const latest = all.get(point)?.latest
      return latest ? { ...latest } : null
    },
    samples(point, from, to) {
      const series = all.get(point)
      return series ? samplesOf(series, slabs, from, to) : []
    },
    trim() {
      const end = newest - keepMicros
      for (let oldest = closed[head]; oldest && oldest.lastAppend < end; oldest = closed[head]) {
        dropOldest()
      }
    },
    get figures() {
      const held = bytes + slabs.bytes
      return { points: all.size, samples, bytes: held, shed, since: completeSince, newest }
    },
  }
}
