/** What people ask of the archive: days, a year, percentiles, many at once; over a year made quickly. */
import { parseArgs } from 'node:util'
import type { Archive, ArchiveClass, LoggedBatch } from '@mla/archive'
import { openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { silentLog } from '@mla/kit'
import { type Micros, microsPerDay, microsPerSecond, type Sample } from '@mla/model'
import { localDataCenter, startCassandra } from '@mla/stack'

export const description =
  'query [--points 1000] [--step 10] [--fast 2]: a year in Cassandra, rolled up, and how long questions take'

const options = {
  points: { type: 'string', default: '1000' },
  step: { type: 'string', default: '10' },
  fast: { type: 'string', default: '2' },
} as const

const minute = 60 * microsPerSecond
const hour = 60 * minute
const classes: readonly ArchiveClass[] = [
  {
    name: 'standard',
    retentionDays: null,
    rollups: [minute, 10 * minute, hour].map((widthMicros) => ({
      widthMicros,
      retentionDays: null,
    })),
  },
]

const today = Math.floor((Date.now() * 1000) / microsPerDay)
const yearStart = (today - 366) * microsPerDay
const yearEnd = (today - 1) * microsPerDay

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({ args: [...args], options })
  const [points, step, fast] = [values.points, values.step, values.fast].map(Number) as [
    number,
    number,
    number,
  ]
  await using server = await startCassandra()
  const { contactPoints, port } = server
  const settings = {
    ...{ contactPoints, port, localDataCenter, keyspace: 'bench_query' },
    ...{ consistency: 'one' as const, user: null, passwordFile: null, tlsCa: null },
    requestTimeoutMs: 30_000,
  }
  await setupCassandra({ ...settings, replication: 1 }, classes, silentLog)
  const open = (cutMicros: Micros) => {
    const rules = { intervalMicros: cutMicros, maxLogBytes: 2 ** 40 }
    return openCassandra(settings, { classes, classOf: () => 'standard', rules }, silentLog)
  }
  const say = (text: string) => void process.stderr.write(`${text}\n`)

  // Some points for a year, rolled up; and a day at 1 Hz twice: once rolled up, once as it came.
  const year = Array.from({ length: fast }, (_, i) => `Bench/Year/Fast${i}`)
  await using archive = await open(hour)
  const writeS = await timed(() => fill(archive, year, yearStart, yearEnd, step))
  say(`${fast} points of a year every ${step} s: ${Math.round(writeS)} s`)
  await using fine = await open(5 * minute)
  const yesterday = (today - 1) * microsPerDay
  await fill(fine, ['Bench/Day/Rolled'], yesterday, yesterday + microsPerDay, 1)
  const rolledUp = { days: 0 }
  const rollS = await timed(async () => {
    for (const one of [fine, archive]) rolledUp.days += await rollAll(one)
  })
  say(`${rolledUp.days} days rolled up: ${Math.round(rollS)} s`)
  await using later = await open(5 * minute)
  await fill(later, ['Bench/Day/Raw'], yesterday, yesterday + microsPerDay, 1)
  // The many: what a year of a thousand points comes to in rows, one sample an hour.
  await using many = await open(microsPerDay)
  const slow = Array.from({ length: points }, (_, i) => `Bench/Year/Slow${i}`)
  const manyS = await timed(() => fill(many, slow, yearStart, yearEnd, 3600))
  say(`${points} points of a year every hour: ${Math.round(manyS)} s`)

  await server.stop()
  await server.start()
  await using asked = await open(5 * minute)
  const [fastPoint = '', slowPoint = ''] = [year[0], slow[0]]
  const history = (point: string, from: Micros, to: Micros) => () =>
    asked.history({ point, from, to, maxPoints: 1000 })
  const day = [yesterday, yesterday + microsPerDay] as const
  const wholeYear = [yearStart, yearEnd] as const
  const shares = [0.5, 0.99]
  const [yearFrom, yearTo] = wholeYear
  const questions: [name: string, ask: () => Promise<unknown>][] = [
    ['day_not_rolled', history('Bench/Day/Raw', ...day)],
    ['day_rolled', history('Bench/Day/Rolled', ...day)],
    ['year', history(fastPoint, ...wholeYear)],
    ['year_uneven_ends', history(fastPoint, yearFrom + 12_345_678, yearTo - 7_654_321_000)],
    ['year_of_hourly_not_rolled', history(slowPoint, ...wholeYear)],
    [
      'percentiles_of_year',
      () => asked.quantiles({ point: fastPoint, from: yearFrom, to: yearTo, shares }),
    ],
    [
      'ten_points_of_year',
      () => Promise.all(Array.from({ length: 10 }, () => history(fastPoint, ...wholeYear)())),
    ],
    [
      'fifty_questions_at_once',
      () =>
        Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            i % 2 === 0
              ? history('Bench/Day/Rolled', ...day)()
              : history(fastPoint, ...wholeYear)(),
          ),
        ),
    ],
  ]
  const figures: Record<string, number> = {}
  for (const [name, ask] of questions) {
    const first = await timed(ask)
    const all: number[] = []
    for (let i = 0; i < 9; i++) all.push(await timed(ask))
    all.sort((a, b) => a - b)
    figures[`${name}_ms`] = (all[4] ?? 0) * 1000
    figures[`${name}_first_ms`] = first * 1000
  }
  return {
    year_samples: (fast * 365 * 86_400) / step,
    written_per_s: (fast * 365 * 86_400) / step / writeS,
    days_rolled_per_s: rolledUp.days / rollS,
    ...figures,
  }
}

/** Samples as a sensor of 0.01 K gives them, a day of each point at a time. */
async function fill(
  archive: Archive,
  points: readonly string[],
  from: Micros,
  to: Micros,
  stepSeconds: number,
): Promise<void> {
  const writer = archive.openWriter()
  const random = seeded(1)
  let offset = 0
  for (let begin = from; begin < to; begin += hour * 6) {
    const end = Math.min(to, begin + hour * 6)
    for (const [partition, point] of points.entries()) {
      const batches: LoggedBatch[] = []
      let samples: Sample[] = []
      let opened = begin
      const close = () => {
        if (samples.length > 0) {
          batches.push({ offset: offset++, appendTime: opened, size: samples.length, samples })
        }
        samples = []
      }
      for (let time = begin; time < end; time += stepSeconds * microsPerSecond) {
        if (time - opened >= 5 * minute) {
          close()
          opened = time
        }
        samples.push(sampleOf(point, time + Math.round((random() - 0.5) * 6) * 1000 + 3000, random))
      }
      close()
      await writer.append(partition % 24, batches)
    }
  }
  await writer.flush()
}

function sampleOf(point: string, time: Micros, random: () => number): Sample {
  const value = 20 + 5 * Math.sin(time / 4e9) + (random() - 0.5) * 0.1
  return {
    ...{ point, sourceTime: time, serverTime: time },
    ...{ collectedTime: time + 300_000 + Math.round(random() * 8) * 1000, type: 'double' },
    ...{ value: Math.round(value * 100) / 100, text: null, status: 0 },
  }
}

/** Numbers in [0, 1), the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

async function rollAll(archive: Archive): Promise<number> {
  for (let all = 0; ; ) {
    const { rolled } = await archive.rollUp(Date.now() * 1000 + 2 * microsPerDay)
    if (rolled === 0) return all
    all += rolled
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
