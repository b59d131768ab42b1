import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { avscTypeOf, createLogBatchCodec, headerOf } from './codec.ts'
import { MlaError } from './errors.ts'
import type { AvroSchema } from './fingerprint.ts'
import { LogDraft, textAt } from './log-draft.ts'
import {
  type LogBatch,
  type LogRecord,
  type LogValue,
  parseProblem,
  priorities,
} from './log-record.ts'
import { LogBatchWriter } from './log-writer.ts'
import { logBatchSchemas } from './schemas.ts'

const newest = logBatchSchemas.at(-1) as AvroSchema
const codec = createLogBatchCodec()

const plain = { noNullPrototype: true } as const
const time = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
const text = fc.string({ unit: 'grapheme', maxLength: 80 })
const optional = fc.option(text)
const value: fc.Arbitrary<LogValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  text,
)

const record: fc.Arbitrary<LogRecord> = fc.record(
  {
    time,
    receivedTime: time,
    priority: fc.constantFrom(...priorities),
    source: text,
    host: optional,
    process: optional,
    thread: optional,
    file: optional,
    line: fc.option(fc.integer({ min: 0, max: 2 ** 31 })),
    routine: optional,
    audience: optional,
    message: text,
    fields: fc.array(fc.record({ name: text, value }, plain), { maxLength: 4 }),
    raw: fc.option(fc.uint8Array({ maxLength: 40 })),
    id: optional,
  },
  plain,
)
const identity = {
  collector: text,
  epoch: time,
  sequence: fc.integer({ min: 0, max: 2 ** 31 }),
  lane: text,
}
const batch: fc.Arbitrary<LogBatch> = fc.record(
  { ...identity, records: fc.array(record, { maxLength: 5 }) },
  plain,
)

test('a batch comes back as it was, and avsc writes the same bytes', () => {
  const type = avscTypeOf(newest)
  fc.assert(
    fc.property(batch, (one) => {
      const ours = Buffer.from(codec.encode(one))
      assert.deepEqual(codec.decode(ours), one)
      const theirs = type.toBuffer(type.fromBuffer(ours.subarray(10)))
      assert.deepEqual(Buffer.concat([headerOf(newest), theirs]), ours)
    }),
    { numRuns: 500, seed: 1 },
  )
})

test('a cursor sees what the codec reads, and its bytes make the same batch', () => {
  fc.assert(
    fc.property(batch, (one) => {
      const bytes = Buffer.from(codec.encode(one))
      const cursor = codec.cursor(bytes)
      const { collector, epoch, sequence, lane } = cursor
      const writer = new LogBatchWriter()
      const seen: LogRecord[] = []
      while (cursor.next()) {
        const whole = cursor.record()
        seen.push(whole)
        assert.equal(cursor.time, whole.time)
        assert.equal(cursor.priority, whole.priority)
        assert.equal(cursor.line, whole.line ?? -1)
        assert.equal(cursor.fields, whole.fields.length)
        for (const name of ['source', 'host', 'process', 'message', 'routine'] as const) {
          assert.equal(cursor.text(name), whole[name])
        }
        const raw = cursor.rawStart < 0 ? null : bytes.subarray(cursor.rawStart, cursor.rawEnd)
        assert.deepEqual(raw && new Uint8Array(raw), whole.raw)
        writer.copy(cursor.bytes, cursor.start, cursor.end, cursor.rank)
      }
      assert.deepEqual({ collector, epoch, sequence, lane, records: seen }, one)
      const { bytes: again, ranks } = writer.seal({ collector, epoch, sequence, lane })
      assert.deepEqual(again, bytes)
      const count = (priority: string) => seen.filter((r) => r.priority === priority).length
      assert.deepEqual([...ranks], priorities.map(count))
    }),
    { numRuns: 500, seed: 2 },
  )
})

test('a draft becomes the record that it says, of ranges and of strings alike', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(record, fc.boolean()), { maxLength: 4 }), (list) => {
      const writer = new LogBatchWriter()
      const draft = new LogDraft()
      for (const [one, asRanges] of list) {
        fill(draft, one, asRanges)
        writer.add(draft, Buffer.from(one.source), one.receivedTime, one.raw)
      }
      const head = { collector: 'c', epoch: 1, sequence: 2, lane: 'l' }
      const { bytes } = writer.seal(head)
      const records = list.map(([one]) => ({ ...one, id: null }))
      assert.deepEqual(codec.decode(bytes), { ...head, records })
    }),
    { numRuns: 500, seed: 3 },
  )
})

function fill(draft: LogDraft, record: LogRecord, asRanges: boolean): void {
  const line = Buffer.from(
    Object.keys(textAt)
      .map((name) => record[name as 'host'] ?? '')
      .join(''),
  )
  draft.reset(line)
  draft.time = record.time
  draft.rank = priorities.indexOf(record.priority)
  draft.line = record.line ?? -1
  let at = 0
  for (const [name, slot] of Object.entries(textAt)) {
    const text = record[name as 'host']
    if (text === null) continue
    const size = Buffer.byteLength(text)
    if (asRanges) draft.range(slot, at, at + size)
    else draft.text(slot, text)
    at += size
  }
  for (const { name, value } of record.fields) draft.field(name, value)
}

test('a draft that says little is given the received time, INFO and its problem', () => {
  const writer = new LogBatchWriter()
  const draft = new LogDraft()
  const line = Buffer.from('what is this')
  draft.reset(line)
  draft.range(textAt.message, 0, line.length)
  draft.problem = 'no pattern matches'
  writer.add(draft, Buffer.from('plc'), 5, line)
  const { records } = codec.decode(
    writer.seal({ collector: 'c', epoch: 1, sequence: 0, lane: 'l' }).bytes,
  )
  const [only] = records
  assert.equal(only?.time, 5)
  assert.equal(only?.priority, 'INFO')
  assert.deepEqual(only?.fields, [{ name: parseProblem, value: 'no pattern matches' }])
  assert.equal(String(Buffer.from(only?.raw ?? [])), 'what is this')
})

const spoilt = fc
  .tuple(batch, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(), fc.boolean())
  .map(([one, changes, cut, isCut]) => {
    const bytes = Buffer.from(codec.encode(one))
    for (const [at, byte] of changes) bytes[10 + (at % Math.max(1, bytes.length - 10))] = byte
    return isCut ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes
  })

for (const [what, inputs] of [
  ['spoilt batches', spoilt],
  [
    'rubbish behind a good header',
    fc.uint8Array({ maxLength: 60 }).map((b) => Buffer.concat([headerOf(newest), b])),
  ],
] as const) {
  test(`2,000 ${what}: each is read or refused with a code, by codec and cursor`, () => {
    const reads = [
      (bytes: Uint8Array) => void codec.decode(bytes),
      (bytes: Uint8Array) => {
        const cursor = codec.cursor(bytes)
        while (cursor.next()) cursor.record()
      },
    ]
    fc.assert(
      fc.property(inputs as fc.Arbitrary<Uint8Array>, (input) => {
        for (const read of reads) {
          try {
            read(input)
          } catch (error) {
            assert.ok(error instanceof MlaError, String(error))
            assert.ok(['DECODE_FAILED', 'SCHEMA_UNKNOWN'].includes(error.code))
          }
        }
      }),
      { numRuns: 2000, seed: 4 },
    )
  })
}

test('a count of records that are not there does not fill the memory', () => {
  const empty = { collector: 'c', epoch: 1, sequence: 0, lane: 'l', records: [] }
  const bytes = Buffer.from(codec.encode(empty))
  const huge = Buffer.concat([bytes.subarray(0, -1), Buffer.from('fefffffffffffffffe01', 'hex')])
  assert.throws(() => codec.decode(huge), { code: 'DECODE_FAILED' })
  assert.throws(() => codec.cursor(huge).next(), { code: 'DECODE_FAILED' })
})
