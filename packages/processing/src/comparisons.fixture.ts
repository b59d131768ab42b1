import type { Sample } from '@mla/model'
import {
  assertAgree,
  type Given,
  keyOf,
  openDuck,
  type Seeds,
  seedsIn,
} from './agreement.fixture.ts'
import type { Condition } from './comparison.ts'
import type { DerivedPoint } from './derived.ts'
import { derived, feed, finish, processorOf, randomBatches, second } from './processing.fixture.ts'

const allowance = 5 * second
const noData = 0x809b0000

/** `v` is the usable number of the sample, `w` that of the other point, both null where there is none. */
const conditions: readonly [name: string, condition: Condition, sql: string][] = [
  ['above', { kind: 'threshold', when: 'above', limit: 50, clear: 49 }, sticky('v > 50', 'v < 49')],
  [
    'below',
    { kind: 'threshold', when: 'below', limit: 30, clear: 31.5 },
    sticky('v < 30', 'v > 31.5'),
  ],
  ['inside', { kind: 'range', low: 40, high: 60, when: 'inside' }, 'v BETWEEN 40 AND 60'],
  ['outside', { kind: 'range', low: 40, high: 60, when: 'outside' }, 'v NOT BETWEEN 40 AND 60'],
  // Of a number that is none it is known that it is not equal.
  ['equals', { kind: 'equals', values: [51, 52, 77] }, 'raw_v IN (51, 52, 77)'],
  ['bits', { kind: 'bits', mask: 0b1101, value: 0b0101 }, '(v::BIGINT & 13) = 5'],
  ...(['rising', 'falling', 'either'] as const).map((when): [string, Condition, string] => [
    when,
    { kind: 'rate', when, limit: 0.4 },
    { rising: `${rate()} > 0.4`, falling: `${rate()} < -0.4`, either: `abs(${rate()}) > 0.4` }[
      when
    ],
  ]),
  [
    'difference',
    { kind: 'difference', isSigned: false, limit: 20, clear: 18 },
    apart('abs(v - w)'),
  ],
  [
    'difference with sign',
    { kind: 'difference', isSigned: true, limit: 20, clear: 18 },
    apart('v - w'),
  ],
]
const wholeNumbers = ['equals', 'bits']
const ofTwo = ['difference', 'difference with sign']

/** True from where one is so until where the other is; in between as it was. */
function sticky(sets: string, clears: string): string {
  const event = `CASE WHEN ${sets} THEN true WHEN ${clears} THEN false END`
  return `coalesce(last_value(${event} IGNORE NULLS) OVER
    (PARTITION BY seed ORDER BY t ROWS UNBOUNDED PRECEDING), false)`
}
function apart(distance: string): string {
  return sticky(`${distance} > 20`, `${distance} < 18`)
}
/** Since the last usable number before. */
function rate(): string {
  const last = (what: string) => `lag(CASE WHEN v IS NOT NULL THEN ${what} END IGNORE NULLS)
    OVER (PARTITION BY seed ORDER BY t)`
  return `((v - ${last('v')}) / ((t - ${last('t')}) / 1e6))`
}

const points = (maxSilence: number): DerivedPoint[] =>
  conditions.map(([id, condition]) => {
    const inputs = wholeNumbers.includes(id) ? ['W'] : ofTwo.includes(id) ? ['A', 'B'] : ['A']
    return derived(
      { kind: 'comparison', condition, maxSilence },
      { id, allowance, inputs, type: 'boolean' },
    )
  })

const inWhole = (sample: Sample): Sample => ({
  ...sample,
  point: 'W',
  value: typeof sample.value === 'number' ? Math.round(sample.value) : sample.value,
})

/**
 * Every comparison of so many random series, ours beside DuckDB's: at every sample, and where only
 * changes are said.
 */
export async function compareComparisons(seeds: Seeds): Promise<number> {
  using duck = await openDuck()
  const [always, changes]: [Given, Given] = [new Map(), new Map()]
  for (const seed of seedsIn(seeds)) {
    const batches = promptly(randomBatches(seed, 'A')).map(({ lane, samples }) => ({
      lane,
      samples: samples.flatMap((one) => [one, inWhole(one)]),
    }))
    const others = promptly(randomBatches(seed + 1_000_000, 'B', 'b.0'))
    const both = [...batches, ...others].sort((a, b) => newest(a) - newest(b))
    const all = both.flatMap(({ samples }) => samples)
    for (const [place, point] of ['A', 'W', 'B'].entries()) {
      duck.add(
        seed,
        all.filter((one) => one.point === point),
        place,
      )
    }
    const last = Math.max(...both.map(newest))
    for (const [given, maxSilence] of [
      [always, 0],
      [changes, Number.MAX_SAFE_INTEGER],
    ] as const) {
      const processor = processorOf(...points(maxSilence))
      const made = both.flatMap((batch) => feed(processor, batch))
      made.push(...finish(processor, last), ...finish(processor, last, 'b.0'))
      for (const { point, sourceTime, value, status } of made) {
        const shown = typeof value === 'boolean' ? Number(value) : null
        given.set(keyOf(seed, point, sourceTime ?? 0), [shown, status])
      }
    }
  }
  await duck.flush()
  const [everyMoment, everyChange]: [Given, Given] = [new Map(), new Map()]
  for (const [name, , sql] of conditions) {
    const judged = judgedBy(name, sql)
    await duck.give(everyMoment, name, `SELECT seed, t, verdict, status FROM (${judged})`)
    await duck.give(
      everyChange,
      name,
      `SELECT seed, t, verdict, status FROM (${judged})
        WINDOW o AS (PARTITION BY seed ORDER BY t) QUALIFY lag(t) OVER o IS NULL OR verdict IS DISTINCT FROM lag(verdict) OVER o
        OR status IS DISTINCT FROM lag(status) OVER o`,
    )
  }
  assertAgree(always, everyMoment)
  assertAgree(changes, everyChange)
  return always.size
}

/** A collector does not hold samples back while a source is silent: the other lane goes on. */
const promptly = (batches: ReturnType<typeof randomBatches>) =>
  batches.flatMap(({ lane, samples }) => samples.map((sample) => ({ lane, samples: [sample] })))

const newest = ({ samples }: { readonly samples: readonly Sample[] }): number =>
  Math.max(...samples.map(({ collectedTime }) => collectedTime))

const bad = 2_147_483_648
const uncertain = 1_073_741_824

function judgedBy(name: string, sql: string): string {
  if (ofTwo.includes(name)) return judgedOfTwo(sql)
  const isKnown = name === 'equals' ? `raw_v IS NOT NULL AND s < ${bad}` : 'v IS NOT NULL'
  return `SELECT seed, t, verdict, CASE
      WHEN verdict IS NOT NULL THEN CASE WHEN s >= ${uncertain} THEN s ELSE 0 END
      WHEN s >= ${bad} THEN s ELSE ${noData} END AS status
    FROM (SELECT seed, t, s, CASE WHEN ${isKnown} THEN ${sql} END AS verdict
      FROM (SELECT seed, t, usable AS v, v AS raw_v, status AS s FROM clean WHERE point = ${wholeNumbers.includes(name) ? 1 : 0}))`
}

/** At each moment of either, what is in force of both. */
function judgedOfTwo(sql: string): string {
  return `SELECT seed, t, verdict, CASE
      WHEN verdict IS NULL THEN CASE WHEN s2 >= ${bad} THEN s2 WHEN s1 >= ${bad} THEN s1 ELSE ${noData} END
      ELSE CASE WHEN s2 >= ${uncertain} THEN s2 WHEN s1 >= ${uncertain} THEN s1 ELSE 0 END
    END AS status
    FROM (SELECT seed, t, s1, s2, CASE WHEN v IS NOT NULL AND w IS NOT NULL THEN ${sql} END AS verdict
      FROM (SELECT m.seed, m.t, a.usable AS v, a.status AS s1, b.usable AS w, b.status AS s2
        FROM (SELECT DISTINCT seed, t FROM raw WHERE point != 1) m
        ASOF LEFT JOIN (FROM clean WHERE point = 0) a ON a.seed = m.seed AND m.t >= a.t
        ASOF LEFT JOIN (FROM clean WHERE point = 2) b ON b.seed = m.seed AND m.t >= b.t))`
}
