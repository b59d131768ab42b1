import {
  type Archive,
  type ArchivedTransition,
  type Bucket,
  compareAlarmPositions,
  compileLogFilter,
  formatLogPosition,
  type History,
  mergeSamples,
} from '@mla/archive'
import {
  type LogRecord,
  latestOrder,
  type Micros,
  MlaError,
  type PointId,
  type Sample,
  timeOf,
} from '@mla/model'

export interface FakeArchive extends Archive {
  readonly held: Sample[]
  /** Log records, the oldest first. */
  readonly heldLogs: LogRecord[]
  readonly heldAlarms: ArchivedTransition[]
  /** Answers every call with ARCHIVE_UNAVAILABLE while true. */
  away: boolean
  /** Ids that `latest` was asked for, all together. */
  asked: number
}

/** An archive in a list, for tests: one bucket for all that does not fit. */
export function createFakeArchive(held: Sample[] = []): FakeArchive {
  const of = (point: PointId, from: number, to: number, overlay: readonly Sample[] = []) => {
    if (archive.away) throw new MlaError('ARCHIVE_UNAVAILABLE', 'the archive is away')
    const inRange = (sample: Sample) => timeOf(sample) >= from && timeOf(sample) < to
    const own = held.filter((sample) => sample.point === point)
    return mergeSamples([own, overlay]).filter(inRange)
  }
  const heldLogs: LogRecord[] = []
  const heldAlarms: ArchivedTransition[] = []
  const archive: FakeArchive = {
    ...{ held, heldLogs, heldAlarms },
    logs: {
      openWriter: () => {
        throw new TypeError('nothing is written here')
      },
      async *search({ from, to, filter, order, after }) {
        if (archive.away) throw new MlaError('ARCHIVE_UNAVAILABLE', 'the archive is away')
        const { matches } = compileLogFilter(filter)
        const found = heldLogs.filter((one) => one.time >= from && one.time < to && matches(one))
        if (order === 'newest') found.reverse()
        const start = after ? found.findIndex((one) => one.id === formatLogPosition(after)) + 1 : 0
        for (let i = start; i < found.length; i += 2) yield found.slice(i, i + 2)
      },
      async histogram() {
        return []
      },
    },
    alarms: {
      async append(transitions) {
        heldAlarms.push(...transitions)
      },
      async history({ alarm, from, to, order, after, limit }) {
        const found = heldAlarms
          .filter((one) => one.time >= from && one.time < to)
          .filter((one) => alarm === null || one.alarm === alarm)
          .sort(compareAlarmPositions)
        if (order === 'newest') found.reverse()
        const start = after
          ? found.findIndex((one) => compareAlarmPositions(one, after) === 0) + 1
          : 0
        return found.slice(start, start + limit)
      },
      async stateAt(at) {
        const then = heldAlarms.filter(({ time }) => time <= at).sort(compareAlarmPositions)
        return [...new Map(then.map((one) => [one.alarm, one])).values()]
      },
    },
    away: false,
    asked: 0,
    openWriter: () => {
      throw new TypeError('nothing is written here')
    },
    async latest(points, at = Number.MAX_SAFE_INTEGER) {
      archive.asked += points.length
      const found = new Map<PointId, Sample>()
      for (const point of points) {
        const samples = of(point, Number.NEGATIVE_INFINITY, at + 1)
        const newest = samples.sort((a, b) => latestOrder(a) - latestOrder(b)).at(-1)
        if (newest) found.set(point, newest)
      }
      return found
    },
    async history({ point, from, to, maxPoints, widthMicros, overlay }): Promise<History> {
      const samples = of(point, from, to, overlay)
      if (widthMicros === undefined && samples.length <= maxPoints) {
        return { tier: 'raw', samples, buckets: null }
      }
      const width = widthMicros ?? to - from
      const groups = new Map<number, Sample[]>()
      for (const sample of samples) {
        const time = widthMicros === undefined ? from : Math.floor(timeOf(sample) / width) * width
        groups.set(time, [...(groups.get(time) ?? []), sample])
      }
      const buckets = [...groups].map(([time, group]) => bucketOf(time, group))
      return { tier: 'raw', samples: null, widthMicros: width, buckets }
    },
    async quantiles({ point, from, to, shares, overlay }) {
      const samples = of(point, from, to, overlay)
      const numbers = samples.map(({ value }) => Number(value)).sort((a, b) => a - b)
      const at = (share: number) => numbers[Math.floor(share * (numbers.length - 1))] ?? null
      return { tier: 'raw', count: numbers.length, values: shares.map(at), accuracy: 0.01 }
    },
    rollUp: async () => ({ rolled: 0, due: 0, late: 0 }),
    async *samples(point, from, to) {
      const samples = of(point, from, to)
      for (let i = 0; i < samples.length; i += 2) yield samples.slice(i, i + 2)
    },
    async *samplesOfMany(points, from, to) {
      for (const point of points) yield* archive.samples(point, from, to)
    },
    count: async (point, from, to) => of(point, from, to).length,
    async expire() {},
    async ping() {},
    async [Symbol.asyncDispose]() {},
  }
  return archive
}

function bucketOf(time: Micros, samples: readonly Sample[]): Bucket {
  const numbers = samples.map(({ value }) => Number(value))
  const edge = (sample: Sample | undefined) => ({
    time: sample ? timeOf(sample) : 0,
    type: sample?.type ?? 'double',
    value: sample?.value ?? null,
  })
  return {
    ...{ time, count: samples.length, numbers: numbers.length },
    min: Math.min(...numbers),
    max: Math.max(...numbers),
    mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length,
    first: edge(samples[0]),
    last: edge(samples.at(-1)),
  }
}
