/** What people ask of the archive: days, a year, percentiles, many at once; over a year made quickly. */
import { parseArgs } from 'node:util'
import type { Archive, ArchiveClass } from '@mla/archive'
import { openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { silentLog } from '@mla/kit'
import { type Micros, microsPerDay, microsPerSecond } from '@mla/model'
import { localDataCenter, startCassandra } from '@mla/stack'
import { fill } from './query/fill.ts'
import { startLiveHmi } from './query/live-hmi.ts'

export const description =
  'query [--points 1000] [--step 10] [--fast 2]: a year in Cassandra, rolled up, and how long questions take, also of the HMI under load'

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
  ]
  const figures: Record<string, number> = {}
  for (const [name, ask] of questions) {
    const [first = 0, ...again] = await times(ask, 10)
    figures[`${name}_ms`] = share(again, 0.5)
    figures[`${name}_first_ms`] = first
  }

  // What clients see, of an HMI that takes 20,000 values a second into its memory and the archive.
  await using hmi = await startLiveHmi(asked, [...year, 'Bench/Day/Rolled'])
  figures['latest_of_20000_ms'] = share(await times(() => hmi.latest(), 9), 0.5)
  await hmi.flush()
  const ofArchive = await times(() => asked.latest(hmi.points), 3)
  figures['latest_of_20000_of_cassandra_ms'] = share(ofArchive, 0.5)
  const questionsAtOnce = async () => {
    const each: number[] = []
    const ask = async (i: number) => {
      const begun = performance.now()
      await (i % 2 === 0
        ? hmi.history('Bench/Day/Rolled', ...day)
        : hmi.history(fastPoint, ...wholeYear))
      each.push(performance.now() - begun)
    }
    await Promise.all(Array.from({ length: 50 }, (_, i) => ask(i)))
    return each
  }
  await questionsAtOnce()
  const rounds: number[][] = []
  for (let i = 0; i < 9; i++) rounds.push(await questionsAtOnce())
  figures['one_of_fifty_at_once_ms'] = share(rounds.flat(), 0.5)
  figures['all_of_fifty_at_once_ms'] = share(
    rounds.map((each) => Math.max(...each)),
    0.5,
  )
  figures['values_per_s_meanwhile'] = hmi.rate()
  return {
    year_samples: (fast * 365 * 86_400) / step,
    written_per_s: (fast * 365 * 86_400) / step / writeS,
    days_rolled_per_s: rolledUp.days / rollS,
    ...figures,
  }
}

async function rollAll(archive: Archive): Promise<number> {
  for (let all = 0; ; ) {
    const { rolled } = await archive.rollUp(Date.now() * 1000 + 2 * microsPerDay)
    if (rolled === 0) return all
    all += rolled
  }
}

/** Milliseconds of each time. */
async function times(work: () => Promise<unknown>, count: number): Promise<number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await timed(work)) * 1000)
  return all
}

const share = (all: readonly number[], part: number): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length * part)] ?? 0

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
