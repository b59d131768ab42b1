import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapMarker, type Sample, type Value, type ValueType } from '@mla/model'
import { sampleOf } from './hmi.fixture.ts'
import { createHotStore } from './hot-store.ts'

const second = 1_000_000
const minute = 60 * second
const start = 1_800_000_000 * second
const a = 'A/A'
const roomy = { keepMicros: 12 * minute, maxBytes: 2 ** 30 }
const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

const kinds: [type: ValueType, values: Value[]][] = [
  ['double', [1.5, Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 1e-300, null]],
  ['int64', [2n ** 63n - 1n, -(2n ** 63n), 0, -1]],
  ['uint64', [2n ** 64n - 1n, 7]],
  ['boolean', [true, false]],
  ['string', ['', 'snow ❄', null]],
  ['bytes', [new Uint8Array([0, 255]), new Uint8Array()]],
  ['double[]', [[], [1, Number.NaN], null]],
  ['string[]', [['a', null, '']]],
]

for (const [type, values] of kinds) {
  test(`the hot store gives back every ${type} as it came`, () => {
    const store = createHotStore(roomy, start)
    const samples = values.map((value, i) => sampleOf(a, start + i * 3 * minute, value, type))
    for (const [i, sample] of samples.entries()) store.append(sample, start + i * 3 * minute)
    assert.deepEqual(store.samples(a, ...everything), samples)
  })
}

test('the hot store answers a range, from closed and open chunks', () => {
  const store = createHotStore(roomy, start)
  const samples = Array.from({ length: 600 }, (_, i) => sampleOf(a, start + i * second, i))
  for (const sample of samples) store.append(sample, sample.collectedTime)
  const found = store.samples(a, start + 100 * second, start + 500 * second)
  assert.deepEqual(found, samples.slice(100, 500))
  assert.deepEqual(store.samples('A/Other', ...everything), [])
})

test('the hot store keeps what came late, and latest goes by time', () => {
  const store = createHotStore(roomy, start)
  const late = sampleOf(a, start - 3600 * second, 1)
  const newest = sampleOf(a, start, 2)
  const future = { ...sampleOf(a, start + 3600 * second, 3), collectedTime: start - second }
  for (const sample of [future, newest, late]) store.append(sample, start)
  assert.deepEqual(
    store.latest(a),
    newest,
    'a stamp from the future does not shadow what comes after',
  )
  assert.equal(store.samples(a, ...everything).length, 3)
  store.offer(late)
  assert.deepEqual(store.latest(a), newest)
})

test('a gap is the latest until a value comes', () => {
  const store = createHotStore(roomy, start)
  const gap: Sample = gapMarker(a, 'double', start + second)
  store.append(sampleOf(a, start, 1), start)
  store.append(gap, start + second)
  assert.deepEqual(store.latest(a), gap)
})

test('the hot store forgets by when the bus took a sample', () => {
  const store = createHotStore(roomy, start)
  for (let i = 0; i < 3600; i++)
    store.append(sampleOf(a, start + i * second, i), start + i * second)
  store.trim()
  const { samples, since, newest, shed } = store.figures
  const found = store.samples(a, ...everything)
  assert.equal(found.length, samples)
  assert.ok(samples >= 720 && samples <= 720 + 2 * 180, `${samples} samples are about 12 minutes`)
  assert.equal(found.at(-1)?.value, 3599)
  assert.equal(newest, start + 3599 * second)
  assert.equal(found[0]?.collectedTime, since + second, 'everything after `since` is there')
  assert.equal(shed, 0)
})

test('the hot store stays below its bytes, drops the oldest first and counts them', () => {
  const store = createHotStore({ ...roomy, maxBytes: 300_000 }, start)
  const count = 20_000
  for (let i = 0; i < count; i++) {
    const sample = sampleOf(`A/${i % 10}`, start + i * second, `${i} is some text`, 'string')
    store.append(sample, start + i * second)
    assert.ok(store.figures.bytes <= 300_000)
  }
  const { samples, shed, points } = store.figures
  assert.equal(points, 10)
  assert.equal(samples + shed, count)
  assert.ok(shed > 0)
  const last = store.samples('A/9', ...everything).at(-1)
  assert.equal(last?.value, `${count - 1} is some text`)
})
