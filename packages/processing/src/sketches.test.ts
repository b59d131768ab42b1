import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DistinctSketch } from './distinct-sketch.ts'
import { HeavyHitters } from './heavy-hitters.ts'
import { seeded } from './processing.fixture.ts'
import { QuantileSketch } from './quantile-sketch.ts'

const shapes: Readonly<Record<string, (random: () => number) => number>> = {
  uniform: (random) => random() * 100,
  'of both signs': (random) => (random() - 0.5) * 1e-3,
  'with a long tail': (random) => 1 / (1e-9 + random()) ** 2,
  'often zero': (random) => (random() < 0.5 ? 0 : random() - 0.3),
  'huge and tiny': (random) => (random() - 0.5) * 10 ** (random() * 60 - 30),
}
const shares = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]

for (const [name, make] of Object.entries(shapes)) {
  test(`quantiles of values ${name} keep their error bound, in parts and after a restart`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seeded(seed)
      const values = Array.from({ length: 1 + Math.floor(random() * 5000) }, () => make(random))
      const [whole, one, two] = [0.01, 0.01, 0.01].map(
        (accuracy) => new QuantileSketch(accuracy, 20_000),
      ) as [QuantileSketch, QuantileSketch, QuantileSketch]
      values.forEach((value, i) => {
        whole.add(value)
        ;(i % 3 === 0 ? one : two).add(value)
      })
      two.merge(QuantileSketch.load(JSON.parse(JSON.stringify(one.save())), 20_000))
      assert.deepEqual(two.save(), whole.save())
      const sorted = values.toSorted((a, b) => a - b)
      for (const share of shares) {
        const exact = sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
        const found = whole.quantile(share) ?? Number.NaN
        const allowed = 0.01 * Math.abs(exact) * (1 + 1e-9)
        assert.ok(Math.abs(found - exact) <= allowed, `${share}: ${found} for ${exact}`)
      }
    }
  })
}

test('a sketch stays within its bins, and the large quantiles stay exact', () => {
  const sketch = new QuantileSketch(0.01, 100)
  for (let i = 0; i < 10_000; i++) sketch.add(1.01 ** (i % 1000))
  assert.ok(JSON.stringify(sketch.save()).length < 3_000)
  const exact = 1.01 ** 990
  assert.ok(Math.abs((sketch.quantile(0.99) ?? 0) - exact) < 0.03 * exact)
})

test('distinct counts keep their error bound, in parts and after a restart', () => {
  for (const count of [0, 10, 1_000, 20_000, 200_000]) {
    const [one, two] = [new DistinctSketch(), new DistinctSketch()]
    for (let i = 0; i < count; i++) {
      const text = `Tel${i % 9}/Camera/Module${i}`
      ;(i % 2 === 0 ? one : two).add(text)
      if (i % 3 === 0) one.add(text)
    }
    two.merge(DistinctSketch.load(JSON.parse(JSON.stringify(one.save()))))
    const error = Math.abs(two.estimate() - count)
    assert.ok(error <= 4 * DistinctSketch.standardError * count, `${count}: ${two.estimate()}`)
  }
})

test('heavy hitters are all found, and their counts lie within the bounds', () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = seeded(seed)
    let hitters = new HeavyHitters(50)
    const truth = new Map<string, number>()
    for (let i = 0; i < 5_000; i++) {
      const item = `p${Math.floor(1 / (0.001 + random() ** 2))}`
      truth.set(item, (truth.get(item) ?? 0) + 1)
      hitters.add(item)
      if (i === 2_500) hitters = HeavyHitters.load(JSON.parse(JSON.stringify(hitters.save())), 50)
    }
    const found = new Map(hitters.top(50).map((one) => [one.item, one]))
    for (const [item, count] of truth) {
      const one = found.get(item)
      if (count > hitters.total / 50) assert.ok(one, `${item} came ${count} times`)
      if (one === undefined) continue
      assert.ok(one.atLeast <= count && count <= one.atMost)
      assert.ok(one.atMost - one.atLeast <= hitters.total / 50)
    }
  }
})
