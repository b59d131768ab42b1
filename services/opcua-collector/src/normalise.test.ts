import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value, ValueType } from '@mla/model'
import { point, value } from './collector.fake-link.ts'
import { type Fault, faultOf, rulesOf, sampleOf } from './normalise.ts'

const good = 0
const uncertain = 0x40920000
const bad = 0x80050000
const overflow = 0x480

/** declared, came as, value, the server's status -> fault, sample's type, sample's status */
const types: [ValueType, ValueType | null, Value, number, Fault | null, ValueType, number][] = [
  ['double', 'double', 1.5, good, null, 'double', good],
  ['double', 'float', 1.5, good, null, 'double', good],
  ['double', 'int32', 1, good, 'type mismatch', 'int32', 0x80740000],
  ['double', 'string', '1.5', good, 'type mismatch', 'string', 0x80740000],
  ['double', 'double[]', [1], good, 'type mismatch', 'double[]', 0x80740000],
  ['double', 'double', Number.NaN, good, null, 'double', good],
  ['double', 'double', Number.NEGATIVE_INFINITY, good, null, 'double', good],
  ['double', null, null, good, null, 'double', good],
  ['double', null, null, bad, null, 'double', bad],
  ['double', 'string', 'out of order', bad, null, 'string', bad],
  ['double', 'double', 1, uncertain, null, 'double', uncertain],
  ['double', 'string', 'x', uncertain, 'type mismatch', 'string', 0x80740000],
  ['double', 'double', 1, overflow, null, 'double', overflow],
  ['double', 'string', 'x', overflow, 'type mismatch', 'string', 0x80740480],
  ['float', 'double', 1, good, 'type mismatch', 'double', 0x80740000],
  ['double[]', 'float[]', [1, 2], good, null, 'double[]', good],
  ['double[]', 'double', 1, good, 'type mismatch', 'double', 0x80740000],
  ['double[]', 'double[]', [], good, null, 'double[]', good],
  ['int64', 'uint32', 7, good, null, 'int64', good],
  ['int64', 'int64', 2n ** 62n, good, null, 'int64', good],
  ['int64', 'uint64', 7, good, 'type mismatch', 'uint64', 0x80740000],
  ['uint16', 'int8', 7, good, 'type mismatch', 'int8', 0x80740000],
  ['int16', 'uint8', 7, good, null, 'int16', good],
  ['int16', 'int32', 7, good, 'type mismatch', 'int32', 0x80740000],
  ['boolean', 'uint8', 1, good, 'type mismatch', 'uint8', 0x80740000],
  ['string', 'string', '', good, null, 'string', good],
  ['enum', 'int32', 1, good, null, 'enum', good],
  ['enum', 'enum', 1, good, null, 'enum', good],
  ['enum', 'uint32', 1, good, 'type mismatch', 'uint32', 0x80740000],
  ['enum[]', 'int32[]', [1, 2], good, null, 'enum[]', good],
  ['int32', 'enum', 1, good, 'type mismatch', 'enum', 0x80740000],
]

for (const [declared, came, given, status, fault, type, sent] of types) {
  const name = `a ${declared} that comes as ${came} ${String(given)} with ${status.toString(16)}`
  test(`${name} is ${fault ?? 'right'} and sent as ${type}`, () => {
    const rules = rulesOf(point('T/P', { type: declared }))
    const node = value('T/P', { type: came, value: given, status })
    assert.equal(faultOf(rules, node), fault)
    const sample = sampleOf(rules, node, fault, 7)
    assert.deepEqual([sample.type, sample.status, sample.value], [type, sent, given])
  })
}

const ranges: [ValueType, Value, number, Fault | null][] = [
  ['double', 0, good, null],
  ['double', 0.1, good, null],
  ['double', 0.11, good, 'out of range'],
  ['double', -0.01, good, 'out of range'],
  ['double', Number.NaN, good, null],
  ['double', Number.POSITIVE_INFINITY, good, 'out of range'],
  ['double', 0.11, uncertain, null],
  ['double', 0.11, bad, null],
  ['float', Math.fround(0.1), good, null],
  ['double[]', [0, 0.05, 3], good, 'out of range'],
  ['int64', 2n ** 62n, good, 'out of range'],
  ['string', 'zzz', good, null],
]

for (const [type, given, status, fault] of ranges) {
  test(`${String(given)} as ${type}, status ${status}, in 0 to 0.1 is ${fault ?? 'right'}`, () => {
    const rules = rulesOf(point('T/P', { type, range: { low: 0, high: 0.1 } }))
    const node = value('T/P', { type, value: given, status })
    assert.equal(faultOf(rules, node), fault)
    if (fault) assert.equal(sampleOf(rules, node, fault, 7).status, 0x803c0000)
  })
}

test('what has no place in the model is null and BAD, but a BAD of the server stays', () => {
  const rules = rulesOf(point('T/P'))
  const strange = value('T/P', { type: null, value: null, unsupported: 'ExtensionObject' })
  assert.equal(faultOf(rules, strange), 'unsupported type')
  assert.equal(sampleOf(rules, strange, 'unsupported type', 7).status, 0x80390000)
  assert.equal(faultOf(rules, { ...strange, status: bad }), null)
})

test('an enumeration gets its name, one without a name none', () => {
  const rules = rulesOf(point('T/P', { type: 'enum', enumeration: new Map([[1, 'ON']]) }))
  const textOf = (code: number) =>
    sampleOf(rules, value('T/P', { type: 'int32', value: code }), null, 7).text
  assert.deepEqual([textOf(1), textOf(2)], ['ON', null])
})

test('all stamps are kept as they came', () => {
  const node = value('T/P', { sourceTime: null, serverTime: 5 })
  const { sourceTime, serverTime, collectedTime } = sampleOf(rulesOf(point('T/P')), node, null, 7)
  assert.deepEqual([sourceTime, serverTime, collectedTime], [null, 5, 7])
})
