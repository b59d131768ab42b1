import assert from 'node:assert/strict'
import { test } from 'node:test'
import avsc from 'avsc'
import { compileReader } from './compiled-reader.ts'
import { AvroReader } from './wire-reader.ts'

/** Everything that a schema can have, also itself. */
const schema = {
  ...{ type: 'record', name: 'All' },
  fields: [
    { name: 'id', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'maybe', type: ['null', 'double', 'string'] },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'again', type: ['null', 'Kind'] },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 3 } },
    { name: 'bytes', type: 'bytes' },
    { name: 'texts', type: { type: 'map', values: 'string' } },
    { name: 'below', type: { type: 'array', items: 'All' } },
    { name: 'flags', type: { type: 'array', items: 'boolean' } },
    { name: 'size', type: 'float' },
  ],
} as const
const leaf = {
  ...{ id: 'ä', time: -7, maybe: null, kind: 'B', again: 'A', digest: Buffer.from([1, 2, 3]) },
  ...{ bytes: Buffer.from([]), texts: {}, below: [], flags: [true, false], size: 0.5 },
}
const whole = {
  ...leaf,
  ...{ id: 'x', time: 1_795_176_000_000_001, maybe: 'text', again: null, below: [leaf, leaf] },
  texts: Object.fromEntries([
    ['a', 'b'],
    ['__proto__', 'c'],
  ]),
}
const type = avsc.Type.forSchema(schema as unknown as avsc.Schema)
const bytes = type.toBuffer(whole)
const read = compileReader(schema, new Set(['id']))

test('what avsc writes comes back as plain objects', () => {
  assert.deepEqual(read(new AvroReader(bytes)), whole)
})

test('bytes that are too few, too many or no number of ours are refused', () => {
  const refused = (some: Uint8Array) =>
    assert.throws(() => read(new AvroReader(some)), { code: 'DECODE_FAILED' })
  for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length))
  refused(Buffer.concat([bytes, Buffer.from([0])]))
  const long = compileReader('long', new Set())
  const huge = Buffer.from('feffffffffffffffff01', 'hex')
  assert.throws(() => long(new AvroReader(huge)), { code: 'DECODE_FAILED' })
})
