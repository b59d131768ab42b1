import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { avscTypeOf, createSampleBatchCodec, headerOf } from './codec.ts'
import { MlaError } from './errors.ts'
import type { AvroSchema } from './fingerprint.ts'
import { isGapMarker, type Sample, type SampleBatch, timeOf } from './sample.ts'
import { sampleBatchSchemas } from './schemas.ts'
import { isArrayType, scalarTypeOf, type Value, type ValueType } from './value.ts'

const newest = sampleBatchSchemas.at(-1) as AvroSchema
const codec = createSampleBatchCodec()

/** Objects as ours are: with a prototype. */
const plain = { noNullPrototype: true } as const

const time = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(integer)
const ulong = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(integer)
const text = fc.string({ unit: 'grapheme', maxLength: 80 })
const bytes = fc.uint8Array({ maxLength: 40 })
const float = fc.float()
const whole = (min: number, max: number) => fc.integer({ min, max })

const scalars: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  boolean: fc.boolean(),
  int8: whole(-128, 127),
  uint16: whole(0, 65_535),
  int32: whole(-(2 ** 31), 2 ** 31 - 1),
  uint32: whole(0, 2 ** 32 - 1),
  int64: long,
  uint64: ulong,
  float,
  double: fc.double(),
  string: text,
  datetime: time,
  bytes,
  enum: whole(0, 1000),
}

function integer(value: bigint): number | bigint {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

const typed: fc.Arbitrary<{ type: ValueType; value: Value }> = fc.oneof(
  ...Object.entries(scalars).flatMap(([name, value]) => {
    const type = name as ValueType
    const item = name === 'string' || name === 'bytes' ? fc.option(value) : value
    return [
      fc.record({ type: fc.constant(type), value: fc.option(value) }, plain),
      fc.record(
        {
          type: fc.constant(`${name}[]` as ValueType),
          value: fc.option(fc.array(item, { maxLength: 5 }) as fc.Arbitrary<Value>),
        },
        plain,
      ),
    ]
  }),
)

const sample: fc.Arbitrary<Sample> = fc
  .tuple(
    typed,
    fc.option(time),
    fc.option(time),
    time,
    whole(0, 2 ** 32 - 1),
    fc.option(text),
    text,
  )
  .map(([{ type, value }, sourceTime, serverTime, collectedTime, status, name, point]) => ({
    ...{ point, sourceTime, serverTime, collectedTime, type, value, text: name, status },
  }))

const batch: fc.Arbitrary<SampleBatch> = fc.record(
  {
    collector: text,
    epoch: time,
    sequence: whole(0, 2 ** 31),
    source: text,
    lane: text,
    samples: fc.array(sample, { maxLength: 4 }),
  },
  plain,
)

test('a batch comes back as it was', () => {
  fc.assert(
    fc.property(batch, (one) => assert.deepEqual(codec.decode(codec.encode(one)), one)),
    { numRuns: 1000, seed: 1 },
  )
})

test('of the points that nobody wants, the newest sample alone is read', () => {
  const clock = (sample: Sample) => Math.min(timeOf(sample), sample.collectedTime)
  fc.assert(
    fc.property(batch, (one) => {
      const wants = (point: string) => point.length % 2 === 0
      const { samples, ...rest } = codec.decodeWanted(codec.encode(one), wants)
      const wanted = one.samples.filter(({ point }) => wants(point))
      const others = one.samples.filter((each) => !wants(each.point) && !isGapMarker(each))
      const newest = others.reduce((time, each) => Math.max(time, clock(each)), -Infinity)
      assert.deepEqual({ ...rest, samples: one.samples }, one)
      assert.deepEqual(samples.slice(0, wanted.length), wanted)
      assert.deepEqual(samples.slice(wanted.length).map(clock), others.length === 0 ? [] : [newest])
    }),
    { numRuns: 500, seed: 3 },
  )
})

test('avsc reads what we write, and we read what avsc writes', () => {
  const type = avscTypeOf(newest)
  const header = headerOf(newest)
  fc.assert(
    fc.property(batch, (one) => {
      const ours = Buffer.from(codec.encode(one))
      const body = ours.subarray(10)
      const general = type.fromBuffer(body)
      assert.equal(general.samples.length, one.samples.length)
      general.samples.forEach((sample: Record<string, unknown>, i: number) => {
        assert.equal(sample['point'], one.samples[i]?.point)
        assert.equal(sample['type'], scalarTypeOf(one.samples[i]?.type ?? 'double'))
        assert.equal(sample['array'], isArrayType(one.samples[i]?.type ?? 'double'))
      })
      const theirs = Buffer.concat([header, type.toBuffer(general)])
      assert.deepEqual(codec.decode(theirs), one)
      assert.deepEqual(theirs, ours)
    }),
    { numRuns: 500, seed: 2 },
  )
})

/** The newest schema as a later version may be: one more field in each record, with a default. */
const later = (): AvroSchema => {
  const schema = JSON.parse(JSON.stringify(newest))
  const added = { name: 'site', type: ['null', 'string'], default: null }
  schema.fields.unshift(added)
  const samples = schema.fields.find(({ name }: { name: string }) => name === 'samples')
  samples.type.items.fields.push({ name: 'weight', type: 'double', default: 1 })
  return schema
}

test('what a later version wrote is read without what it added', () => {
  const own = createSampleBatchCodec()
  const schema = later()
  own.learn(schema)
  fc.assert(
    fc.property(batch, (one) => {
      const type = avscTypeOf(schema)
      const resolver = type.createResolver(avscTypeOf(newest))
      const body = type.toBuffer(
        type.fromBuffer(Buffer.from(codec.encode(one)).subarray(10), resolver),
      )
      assert.deepEqual(own.decode(Buffer.concat([headerOf(schema), body])), one)
    }),
    { numRuns: 200, seed: 3 },
  )
})

test('every version ever used is read by the newest, and the newest by the one before', () => {
  sampleBatchSchemas.forEach((older, i) => {
    assert.doesNotThrow(() => avscTypeOf(newest).createResolver(avscTypeOf(older)))
    const next = sampleBatchSchemas[i + 1]
    if (next) assert.doesNotThrow(() => avscTypeOf(older).createResolver(avscTypeOf(next)))
  })
  assert.doesNotThrow(() => avscTypeOf(newest).createResolver(avscTypeOf(later())))
  assert.doesNotThrow(() => avscTypeOf(later()).createResolver(avscTypeOf(newest)))
})

test('an unknown fingerprint is SCHEMA_UNKNOWN and names it', () => {
  const bytes = codec.encode({ ...emptyBatch })
  bytes[2] = (bytes[2] ?? 0) ^ 1
  assert.throws(() => codec.decode(bytes), { code: 'SCHEMA_UNKNOWN', message: /[0-9a-f]{16}/ })
})

const emptyBatch: SampleBatch = {
  collector: 'c',
  epoch: 1,
  sequence: 0,
  source: 's',
  lane: 's.0',
  samples: [],
}

/** Changes some bytes, cuts, or puts others in: what a broken sender or disk may do. */
const spoilt = fc
  .tuple(batch, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(), fc.boolean())
  .map(([one, changes, cut, isCut]) => {
    const bytes = Buffer.from(codec.encode(one))
    for (const [at, byte] of changes) bytes[10 + (at % Math.max(1, bytes.length - 10))] = byte
    return isCut ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes
  })

for (const [what, inputs] of [
  ['spoilt batches', spoilt],
  ['rubbish behind a good header', bytes.map((b) => Buffer.concat([headerOf(newest), b]))],
  ['rubbish', fc.uint8Array({ maxLength: 300 })],
] as const) {
  test(`1,000 ${what}: each is read or refused with a code`, () => {
    const own = createSampleBatchCodec()
    const schema = later()
    own.learn(schema)
    fc.assert(
      fc.property(inputs as fc.Arbitrary<Uint8Array>, (input) => {
        for (const attempt of [input, Buffer.concat([headerOf(schema), input.subarray(10)])]) {
          try {
            own.decode(attempt)
          } catch (error) {
            assert.ok(error instanceof MlaError, String(error))
            assert.ok(['DECODE_FAILED', 'SCHEMA_UNKNOWN'].includes(error.code))
          }
        }
      }),
      { numRuns: 1000, seed: 4 },
    )
  })
}

test('a count of items that are not there does not fill the memory', () => {
  const bytes = Buffer.from(codec.encode(emptyBatch))
  const huge = Buffer.concat([bytes.subarray(0, -1), Buffer.from('fefffffffffffffffe01', 'hex')])
  assert.throws(() => codec.decode(huge), { code: 'DECODE_FAILED' })
})
