import {
  assertAgree,
  type Given,
  keyOf,
  openDuck,
  type Seeds,
  seedsIn,
} from './agreement.fixture.ts'
import { type FilterRules, SampleFilter } from './filter.ts'
import { randomBatches, second } from './processing.fixture.ts'

const bad = 2_147_483_648
const uncertain = 1_073_741_824
const none: FilterRules = { unchanged: null, status: null, window: null }
const unchanged = (
  kind: 'exact' | 'absolute' | 'percent',
  value: number,
  maxSilence: number | null,
): FilterRules => ({
  ...none,
  unchanged: { band: kind === 'exact' ? { kind } : { kind, value }, maxSilence },
})

/**
 * Why a sample (`r`) does not go on, seen from the last that went on (`l`), which there always is:
 * the first goes on. A number is the same beside a NaN only when both are none.
 */
const filters: readonly [name: string, rules: FilterRules, sql: string][] = [
  ['exact', unchanged('exact', 0, null), same('abs(l.v - r.v) <= 0')],
  ['dead band', unchanged('absolute', 0.7, null), same('abs(l.v - r.v) <= 0.7')],
  [
    'dead band with silence',
    unchanged('absolute', 0.7, 4 * second),
    `${same('abs(l.v - r.v) <= 0.7')} AND r.collected < l.collected + ${4 * second}`,
  ],
  ['percent', unchanged('percent', 2, null), same('abs(l.v - r.v) <= abs(l.v) * 0.02')],
  ['inside', { ...none, window: { low: 40, high: 60, keep: 'inside' } }, shut('NOT')],
  ['outside', { ...none, window: { low: 40, high: 60, keep: 'outside' } }, shut('')],
  ['not bad', { ...none, status: { drop: ['BAD'], keep: [] } }, `r.status >= ${bad}`],
  [
    'not bad, but gaps',
    { ...none, status: { drop: ['BAD', 'UNCERTAIN'], keep: [0x80310000] } },
    `r.status >= ${uncertain} AND r.status != ${0x80310000}`,
  ],
]

function same(near: string): string {
  return `(l.status = r.status AND CASE
    WHEN l.v IS NULL OR r.v IS NULL THEN l.v IS NULL AND r.v IS NULL
    WHEN isnan(l.v) OR isnan(r.v) THEN isnan(l.v) AND isnan(r.v)
    WHEN isinf(l.v) OR isinf(r.v) THEN l.v = r.v
    ELSE ${near} END)`
}
function shut(not: string): string {
  return `(r.v IS NOT NULL AND r.status < ${bad} AND ${not} (NOT isnan(r.v) AND r.v BETWEEN 40 AND 60))`
}

/** Every filter of so many random series: the samples that go on, ours beside DuckDB's, in the order they came. */
export async function compareFilters(seeds: Seeds): Promise<number> {
  using duck = await openDuck()
  const ours: Given = new Map()
  for (const seed of seedsIn(seeds)) {
    const samples = randomBatches(seed).flatMap((batch) => batch.samples)
    duck.add(seed, samples)
    for (const [name, rules] of filters) {
      const filter = new SampleFilter(rules)
      for (const [i, sample] of samples.entries()) {
        if (filter.admit(sample) !== null) continue
        ours.set(keyOf(seed, name, i), [sample.value as number | null, sample.status])
      }
    }
  }
  await duck.flush()
  const theirs: Given = new Map()
  for (const [name, , sql] of filters) {
    await duck.give(
      theirs,
      name,
      `WITH RECURSIVE judged AS (
        SELECT seed, i, v, status, collected, true AS goes FROM raw WHERE i = 0
        UNION ALL
        SELECT seed, i, if(goes, rv, v), if(goes, rs, status), if(goes, rc, collected), goes FROM (
          SELECT l.*, r.i AS ri, r.v AS rv, r.status AS rs, r.collected AS rc, NOT (${sql}) AS now
          FROM judged l JOIN raw r ON r.seed = l.seed AND r.i = l.i + 1
        ) AS step(seed, before, v, status, collected, went, i, rv, rs, rc, goes))
      SELECT seed, i, v, status FROM judged WHERE goes`,
    )
  }
  assertAgree(ours, theirs)
  return ours.size
}
