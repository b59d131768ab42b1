import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sameValue, type Value } from '@mla/model'
import fc from 'fast-check'
import { createChecksum } from './checksum.ts'
import { createTruth } from './truth.ts'

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.double(),
  fc.boolean(),
  fc.string(),
  fc.bigInt(2n ** 53n, 2n ** 64n - 1n),
  fc.uint8Array(),
  fc.array(fc.double()),
  fc.constant(null),
)
const sample = fc.tuple(fc.integer({ min: 0, max: 2 ** 52 }), value)

test('a checksum is of the set: any order, and what is removed leaves no trace', () => {
  fc.assert(
    fc.property(fc.array(sample), fc.array(sample), (kept, removed) => {
      const a = createChecksum()
      const b = createChecksum()
      for (const [time, one] of [...kept, ...removed]) a.add(time, one)
      for (const [time, one] of removed) a.remove(time, one)
      for (const [time, one] of kept.toReversed()) b.add(time, one)
      assert.equal(a.toString(), b.toString())
    }),
  )
})

test('a checksum tells samples apart', () => {
  const small = sample.filter(([, one]) => typeof one !== 'bigint')
  fc.assert(
    fc.property(small, small, ([t1, v1], [t2, v2]) => {
      fc.pre(t1 !== t2 || !sameValue(v1, v2))
      const a = createChecksum()
      a.add(t1, v1)
      a.remove(t2, v2)
      assert.notEqual(a.toString(), '0'.repeat(16))
    }),
  )
})

test('the same sample for a second client is a repetition, not another sample', () => {
  const truth = createTruth(2)
  truth.queued(1, 1000, 5, 0)
  truth.queued(1, 1000, 5, 0)
  truth.queued(1, 2000, 6, 0)
  truth.discarded(1, 1000, 5)
  truth.published(1)
  truth.ended(1, 1)
  const expected = createChecksum()
  expected.add(2000, 6)
  assert.deepEqual(truth.of(1, 'double'), {
    queued: 2,
    repeated: 1,
    discarded: 1,
    published: 1,
    ended: 1,
    lastValue: 6,
    lastSourceTime: 2000,
    lastStatus: 0,
    checksum: expected.toString(),
  })
  assert.equal(truth.of(0, 'double').queued, 0)
  assert.deepEqual(truth.totals(), { queued: 2, repeated: 1, discarded: 1, published: 1, ended: 1 })
})
