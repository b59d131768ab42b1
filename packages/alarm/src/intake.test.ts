import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIasioBatchCodec, type PluginBatch, type PluginValue } from '@mla/model'
import { alarmOf } from './alarm-state.ts'
import { createConverter } from './conversion.ts'
import type { Emission } from './emission.ts'
import type { IasType, IasValue } from './iasio.ts'
import { noStamps } from './iasio.ts'
import { createRepeatFilter } from './repeat-filter.ts'
import { iasioOf, wireOf } from './wire.ts'

const value = (change: Partial<PluginValue> = {}): PluginValue => ({
  ...{ id: 'T', value: '1', sampled: 1, produced: 10, mode: 'OPERATIONAL', validity: 'RELIABLE' },
  ...change,
})
const batch = (...values: PluginValue[]): PluginBatch => ({
  ...{ plugin: 'P', monitoredSystem: 'M', published: 20, values },
})

test('an exact repeat is dropped; a refresh, which keeps the value alive, is not', () => {
  const filter = createRepeatFilter()
  const stories: readonly [what: string, value: PluginValue, passes: boolean][] = [
    ['the first', value(), true],
    ['a copy', value(), false],
    ['the same value, confirmed', value({ produced: 11 }), true],
    ['a copy of the older one', value(), false],
    ['another value', value({ produced: 12, value: '2' }), true],
    ['another value with the same stamp', value({ produced: 12, value: '3' }), true],
    ['another validity', value({ produced: 12, value: '3', validity: 'UNRELIABLE' }), true],
    ['another mode', value({ produced: 12, value: '3', mode: 'DEGRADED' }), true],
    ['no value', value({ produced: 13, value: null }), true],
    ['an empty one', value({ produced: 13, value: '' }), true],
    ['another identifier', value({ id: 'U' }), true],
  ]
  for (const [what, one, passes] of stories) {
    assert.equal(filter.admit(batch(one)).values.length, passes ? 1 : 0, what)
  }
  assert.equal(filter.admit({ ...batch(value()), plugin: 'Q' }).values.length, 1, 'another plugin')
  assert.deepEqual(filter.counts, { admitted: 10, repeats: 2, forgotten: 0 })
})

test('what the filter remembers is bounded, and what it forgets is counted', () => {
  const filter = createRepeatFilter({ remembered: 2, identifiers: 3 })
  for (const id of ['A', 'B', 'C', 'D']) filter.admit(batch(value({ id })))
  assert.equal(filter.counts.forgotten, 1)
  assert.equal(filter.admit(batch(value({ id: 'D' }))).values.length, 0)
  for (const produced of [11, 12, 13]) filter.admit(batch(value({ id: 'D', produced })))
  assert.equal(filter.admit(batch(value({ id: 'D' }))).values.length, 1, 'too long ago')
})

const converter = createConverter('Conv', {
  iasios: new Map([
    ['T', { type: 'DOUBLE', template: null }],
    ['A', { type: 'ALARM', template: null }],
    ['X', { type: 'INT', template: 'tel' }],
  ]),
  templates: new Map([['tel', { min: 1, max: 3 }]]),
})

test('a value becomes an IASIO with its stamps and its place', () => {
  const { iasios, rejected } = converter.convert(
    batch(value({ id: 'X[!#3!]', value: '7' })),
    21,
    22,
  )
  assert.deepEqual(rejected, [])
  assert.deepEqual(iasios, [
    {
      id: 'X[!#3!]',
      fullRunningId: '(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(Conv:CONVERTER)@(X[!#3!]:IASIO)',
      ...{ type: 'INT', value: 7, mode: 'OPERATIONAL', validity: 'RELIABLE' },
      stamps: {
        ...{ readFromMonitoredSystem: 1, production: 10, sentToConverter: 20 },
        ...{ receivedFromPlugin: 21, convertedProduction: 22, sentToBsdb: 22, readFromBsdb: null },
      },
      ...{ dependencies: [], properties: {} },
    },
  ])
})

test('what is no IASIO is told, with its fault, and the rest goes on', () => {
  const cases: readonly [PluginValue, fault: string | null][] = [
    [value({ id: 'Y' }), 'unknown'],
    [value({ id: 'T.x' }), 'unknown'],
    [value({ id: 'X' }), 'instance'],
    [value({ id: 'X[!#4!]' }), 'instance'],
    [value({ id: 'X[!#0!]' }), 'instance'],
    [value({ id: 'T[!#1!]' }), 'instance'],
    [value({ value: 'warm' }), 'value'],
    [value({ id: 'A', value: 'SET_HIGH' }), 'value'],
    [value({ id: 'X[!#1!]', value: '1.5' }), 'value'],
    [value({ mode: 'ASLEEP' }), 'mode'],
    [value(), null],
  ]
  const { iasios, rejected } = converter.convert(batch(...cases.map(([one]) => one)), 21, 22)
  assert.deepEqual(
    rejected.map(({ fault }) => fault),
    cases.flatMap(([, fault]) => fault ?? []),
  )
  assert.equal(iasios.length, 1)
  const [none] = converter.convert(batch(value({ value: null })), 21, 22).iasios
  assert.equal(none?.validity, 'UNRELIABLE', 'nothing is not reliable')
})

test('every value passes the BSDB unchanged', () => {
  const codec = createIasioBatchCodec()
  const values: readonly [IasType, IasValue | null][] = [
    ['LONG', 9223372036854775807n],
    ['DOUBLE', Number.NaN],
    ['DOUBLE', -0],
    ['FLOAT', Number.NEGATIVE_INFINITY],
    ['BOOLEAN', false],
    ['STRING', ''],
    ['STRING', null],
    ['TIMESTAMP', 1_795_176_000_123_457],
    ['ARRAYOFDOUBLES', []],
    ['ARRAYOFLONGS', [1, 2]],
    ['ALARM', alarmOf('SET_ACK', 'CRITICAL')],
  ]
  const note = { user: 'eva', time: 5, text: 'seen' }
  for (const [type, one] of values) {
    const emission: Emission = {
      ...{ id: 'X', fullRunningId: '(X:IASIO)', type, value: one, mode: 'DEGRADED' },
      ...{
        validity: 'RELIABLE',
        stamps: { ...noStamps, production: 4 },
        dependencies: ['(T:IASIO)'],
      },
      ...{ properties: { a: 'b' }, isChange: false, before: alarmOf('SET_UNACK', 'LOW') },
      operator: { acknowledgement: note, shelf: { ...note, until: 9 }, outOfService: null },
      action: { kind: 'shelve', ...note },
      ...{ since: 4, setSince: null },
      annunciation: 'SHELVED',
    }
    const bytes = codec.encode({ producer: 'x', epoch: 1, sequence: 2, values: [wireOf(emission)] })
    const [wire] = codec.decode(bytes).values
    assert.ok(wire)
    assert.deepEqual(iasioOf(wire), emission)
  }
})

test('a value of the BSDB that is none is refused', () => {
  const [iasio] = converter.convert(batch(value()), 21, 22).iasios
  assert.ok(iasio)
  const wire = wireOf(iasio)
  for (const change of [{ value: 'warm' }, { type: 'REAL' }, { mode: 'ASLEEP' }]) {
    assert.throws(() => iasioOf({ ...wire, ...change }), { code: 'DECODE_FAILED' })
  }
})
