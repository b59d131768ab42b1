import assert from 'node:assert/strict'
import { latestOrder, type Micros, type Sample, sameSample } from '@mla/model'
import {
  assertAgree,
  type Given,
  keyOf,
  openDuck,
  type Seeds,
  seedsIn,
} from './agreement.fixture.ts'
import { derived, feed, processorOf, randomBatches, second } from './processing.fixture.ts'
import { type ResampleMethod, resample, resampleMethods } from './resample.ts'

const allowance = 5 * second
/** A step is said at the latest when its point has come so much further. */
const patience = 80 * second
const gap = 0x80310000
const [noData, subNormal] = [0x809b0000, 0x40a40000]

interface Kind {
  readonly name: string
  readonly method: ResampleMethod
  readonly every: Micros
  readonly maxHold: Micros | null
}
const kinds: readonly Kind[] = resampleMethods.flatMap((method) =>
  ([2_300_000, 10 * second] as const).flatMap((every) =>
    (method === 'LAST' || method === 'LINEAR' ? [null, 3 * second] : [null]).map((maxHold) => ({
      ...{ method, every, maxHold },
      name: `${method} every ${every} hold ${maxHold}`,
    })),
  ),
)

/** The samples in order of time, each once, as an archive answers them. */
function inOrder(samples: readonly Sample[]): Sample[] {
  const sorted = samples.toSorted((a, b) => latestOrder(a) - latestOrder(b))
  return sorted.filter((one, i) => i === 0 || !sameSample(one, sorted[i - 1] as Sample))
}

/**
 * Every method of so many random series, ours beside DuckDB's of the same samples: as queries give
 * them, and as derived points do.
 */
export async function compareResampling(seeds: Seeds): Promise<number> {
  using duck = await openDuck()
  const [queried, made]: [Given, Given] = [new Map(), new Map()]
  for (const seed of seedsIn(seeds)) {
    const batches = randomBatches(seed)
    const arrived = batches.flatMap(({ samples }) => samples)
    duck.add(seed, arrived)
    const samples = inOrder(arrived)
    const from = Math.min(...samples.map(latestOrder)) - 15 * second
    const to = Math.max(...samples.map(latestOrder)) + 15 * second
    for (const { name, method, every, maxHold } of kinds) {
      const hold = maxHold === null ? {} : { maxHold }
      for (const one of resample(samples, { point: '', from, to, every, method, ...hold })) {
        queried.set(keyOf(seed, name, one.sourceTime ?? 0), shown(one))
      }
    }
    const processor = processorOf(
      ...kinds.map(({ name, ...rules }) =>
        derived({ kind: 'resample', ...rules }, { id: name, allowance }),
      ),
    )
    for (const one of batches.flatMap((batch) => feed(processor, batch))) {
      made.set(keyOf(seed, one.point, one.sourceTime ?? 0), shown(one))
    }
  }
  await duck.flush()
  const [ofQueries, ofPoints, sure]: [Given, Given, Given] = [new Map(), new Map(), new Map()]
  for (const kind of kinds) {
    await duck.give(ofQueries, kind.name, resampled(kind, asQueried(kind)))
    await duck.give(ofPoints, kind.name, resampled(kind, asDerived(kind)))
    await duck.give(
      sure,
      kind.name,
      `SELECT seed, step, null, 0 FROM ${asDerived(kind)} s
      WHERE step < (SELECT max(t) FROM raw WHERE seed = s.seed AND status != ${gap}) - ${patience}`,
    )
  }
  assertAgree(queried, ofQueries)
  // A derived point says a step when it is sure of it, which near the end it is not.
  assertAgree(made, new Map([...ofPoints].filter(([key]) => made.has(key))))
  for (const key of sure.keys()) assert.ok(made.has(key), `${key} is missing`)
  return queried.size + made.size
}

const shown = ({ value, status }: Sample): [number | null, number] => [
  value === null ? null : Number(value),
  status,
]

/** The steps of a query that begins and ends 15 s around the samples; `ending` is where they end. */
const asQueried = ({ every }: Kind): string => `(SELECT seed, step, ending FROM (SELECT seed,
    unnest(generate_series(min(t) - ${15 * second}, max(t) + ${15 * second} - 1, ${every})) AS step,
    max(t) + ${15 * second} AS ending FROM raw GROUP BY seed))`

/** The steps at multiples of `every`: of values in force from the first sample on, else from the step that it is in. */
const asDerived = ({ every, method }: Kind): string => {
  const ahead = method === 'LAST' || method === 'LINEAR' ? every - 1 : 0
  return `(SELECT seed, step, step + ${every} AS ending FROM (SELECT seed,
      unnest(generate_series((min(t) + ${ahead}) // ${every} * ${every}, max(t), ${every})) AS step
    FROM raw GROUP BY seed))`
}

function resampled({ method, every, maxHold }: Kind, steps: string): string {
  if (method === 'LAST' || method === 'LINEAR') return inForce(method, steps, maxHold)
  const value = { MEAN: 'avg(usable)', MIN: 'min(usable)', MAX: 'max(usable)', COUNT: 'count(t)' }
  const status =
    method === 'COUNT'
      ? '0'
      : `CASE WHEN count(usable) = 0 THEN ${noData}
          WHEN count(usable) < count(t) THEN ${subNormal} ELSE 0 END`
  return `SELECT s.seed, step, ${value[method]}, ${status} FROM ${steps} s
    LEFT JOIN clean c ON c.seed = s.seed AND t >= step AND t < least(step + ${every}, ending)
    GROUP BY s.seed, step`
}

function inForce(method: 'LAST' | 'LINEAR', steps: string, maxHold: Micros | null): string {
  const hold = maxHold ?? 9_000_000_000_000_000
  const last = 'CASE WHEN b.t IS NOT NULL THEN b.v END'
  const lies = `b.usable IS NOT NULL AND a.usable IS NOT NULL`
  const value =
    method === 'LAST'
      ? last
      : `CASE WHEN ${lies} THEN b.usable + (a.usable - b.usable) * (s.step - b.t) / (a.t - b.t) ELSE ${last} END`
  return `SELECT s.seed, s.step, ${value}, coalesce(b.status, ${noData}) FROM ${steps} s
    LEFT JOIN (SELECT s2.seed, s2.step, c.t, c.v, c.usable, c.status FROM ${steps} s2
      ASOF JOIN clean c ON c.seed = s2.seed AND s2.step >= c.t WHERE s2.step - c.t <= ${hold}) b
      ON b.seed = s.seed AND b.step = s.step
    LEFT JOIN (SELECT s3.seed, s3.step, c.t, c.v, c.usable, c.status FROM ${steps} s3
      ASOF JOIN clean c ON c.seed = s3.seed AND s3.step < c.t WHERE c.t - s3.step <= ${hold}) a
      ON a.seed = s.seed AND a.step = s.step`
}
