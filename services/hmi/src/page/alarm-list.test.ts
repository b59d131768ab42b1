import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Alarm, chosen, stateWords } from './alarm-list.ts'

const alarm = (id: string, change: Partial<Alarm> = {}): Alarm => ({
  ...{ id, state: 'SET_UNACK', priority: 'MEDIUM', validity: 'RELIABLE' },
  ...{ time: '2026-11-21T00:00:00Z', description: null, annunciation: 'ANNUNCIATED' },
  ...{ acknowledgedBy: null, comment: null, shelvedUntil: null, shelvedBy: null },
  ...{ shelvedReason: null, canShelve: true, guidance: null, url: null, ...change },
})

const all = [
  alarm('clear', { state: 'CLEAR_ACK' }),
  alarm('seen', { state: 'SET_ACK', priority: 'CRITICAL' }),
  alarm('gone', { state: 'CLEAR_UNACK', description: 'Wind' }),
  alarm('low', { priority: 'LOW' }),
  alarm('high', { priority: 'HIGH' }),
  alarm('newer', { time: '2026-11-21T01:00:00Z' }),
  alarm('shelf', { annunciation: 'SHELVED', shelvedUntil: '2026-11-22T00:00:00Z' }),
]
const choice = { text: '', which: 'open', least: 'LOW' } as const
const ids = (change: object) => chosen(all, { ...choice, ...change }).map(({ id }) => id)

test('what wants attention comes first', () => {
  assert.deepEqual(ids({}), ['high', 'newer', 'low', 'gone', 'seen'])
  assert.deepEqual(ids({ which: 'all' }).slice(-2), ['clear', 'shelf'])
})

test('filters take the rest away', () => {
  assert.deepEqual(ids({ which: 'unacknowledged', least: 'HIGH' }), ['high'])
  assert.deepEqual(ids({ which: 'shelved' }), ['shelf'])
  assert.deepEqual(ids({ text: 'wind' }), ['gone'])
})

test('the state is said in words', () => {
  assert.equal(stateWords(alarm('a')), 'SET, to acknowledge')
  const shelved = alarm('a', { annunciation: 'OUT_OF_SERVICE', validity: 'UNRELIABLE' })
  assert.equal(stateWords(shelved), 'SET, to acknowledge, unreliable, out of service')
})
