import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from '@mla/model'
import { textOf } from './against-duckdb.fixture.ts'
import type { DerivedPoint } from './derived.ts'
import { derived, processorOf, randomBatches, second, seeded } from './processing.fixture.ts'

const window = { kind: 'time', width: 30 * second, every: 10 * second } as const
const points = (): DerivedPoint[] => [
  derived(
    { kind: 'window', span: window, give: { kind: 'integral' }, maxHold: null },
    { id: 'A/window', allowance: 5 * second },
  ),
  derived(
    {
      kind: 'window',
      span: { kind: 'count', size: 7, step: 3 },
      give: { kind: 'stddev' },
      maxHold: null,
    },
    { id: 'A/counted', allowance: 5 * second },
  ),
  derived(
    {
      kind: 'comparison',
      maxSilence: 60 * second,
      condition: { kind: 'threshold', when: 'above', limit: 50, clear: 49.5 },
    },
    { id: 'A/high', type: 'boolean' },
  ),
  derived(
    {
      kind: 'comparison',
      maxSilence: 60 * second,
      condition: { kind: 'rate', when: 'either', limit: 0.4 },
    },
    { id: 'A/fast', type: 'boolean', inputs: ['A/window'] },
  ),
  derived(
    {
      kind: 'expression',
      source: 'max(a, b) - w / 30',
      names: new Map(Object.entries({ a: 'A/B', b: 'C/D', w: 'A/window' })),
      every: null,
      maxHold: 100 * second,
    },
    { id: 'A/formula', inputs: ['A/B', 'C/D', 'A/window'], allowance: 5 * second },
  ),
  derived(
    { kind: 'resample', every: 2 * second, method: 'LINEAR', maxHold: 10 * second },
    { id: 'A/regular', inputs: ['A/formula'] },
  ),
]

type Fed = { readonly batch: ReturnType<typeof randomBatches>[number]; readonly time: number }
/** Two lanes as one log; `luck` decides how they interleave, but not by more than a second. */
function logOf(seed: number, luck: () => number): Fed[] {
  const both = [...randomBatches(seed), ...randomBatches(seed + 1, 'C/D', 'b.0')]
  return both
    .map((batch) => {
      const time = Math.max(...batch.samples.map((one) => one.collectedTime))
      return { batch, time, at: time + luck() * second }
    })
    .sort((a, b) => a.at - b.at || (a.batch.lane < b.batch.lane ? -1 : 1))
}
/** Within a lane the order is fixed: what luck swapped is put back. */
function inLaneOrder(log: Fed[], order: Fed[]): Fed[] {
  const lanes = new Map<string, Fed[]>()
  for (const one of order) lanes.set(one.batch.lane, [...(lanes.get(one.batch.lane) ?? []), one])
  return log.map((one) => lanes.get(one.batch.lane)?.shift() ?? one)
}

const seeds = Array.from({ length: 40 }, (_, i) => i * 2)

test('a processor that takes over in the middle goes on as its predecessor would have', () => {
  for (const seed of seeds) {
    const log = logOf(seed, () => 0)
    const whole = processorOf(...points())
    const expected = log.flatMap(({ batch, time }) => whole.take(batch, time))
    const random = seeded(seed)
    let processor = processorOf(...points())
    const seen: Sample[] = []
    for (const { batch, time } of log) {
      if (random() < 0.1) {
        const saved = JSON.parse(JSON.stringify(processor.save()))
        processor = processorOf(...points())
        processor.load(saved)
      }
      seen.push(...processor.take(batch, time))
    }
    assert.ok(expected.length > 100)
    assert.equal(textOf(seen), textOf(expected), `seed ${seed}`)
  }
})

test('how lanes interleave does not matter', () => {
  for (const seed of seeds) {
    const sorted = logOf(seed, () => 0)
    const shuffled = inLaneOrder(logOf(seed, seeded(seed)), sorted)
    const outcome = (log: Fed[]) => {
      const processor = processorOf(...points())
      const byPoint = new Map<string, unknown[]>()
      for (const { batch, time } of log) {
        for (const { point, sourceTime, value, status } of processor.take(batch, time)) {
          byPoint.set(point, [...(byPoint.get(point) ?? []), [sourceTime, String(value), status]])
        }
      }
      return byPoint
    }
    const [a, b] = [outcome(sorted), outcome(shuffled)]
    for (const [point, samples] of a) {
      const others = b.get(point) ?? []
      // The end of the log may have let one of them say a little more.
      const count = Math.min(samples.length, others.length)
      assert.ok(count > samples.length * 0.9 - 5, `${point}: ${count} of ${samples.length}`)
      assert.deepEqual(others.slice(0, count), samples.slice(0, count), `seed ${seed} ${point}`)
    }
  }
})

test('a point whose rules changed begins anew, the others go on', () => {
  const before = processorOf(...points())
  for (const { batch, time } of logOf(0, () => 0)) before.take(batch, time)
  const saved = before.save()
  const changed = points().map((point) =>
    point.id === 'A/high' ? { ...point, rules: { ...point.rules, allowance: second } } : point,
  )
  const after = processorOf(...changed)
  after.load(saved)
  const states = JSON.parse(JSON.stringify(after.save())).points
  const known = JSON.parse(JSON.stringify(saved)).points
  assert.deepEqual(states['A/window'], known['A/window'])
  assert.equal(states['A/high'].state.said, null)
})
