import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressAt, momentOf } from './time-cursor.ts'

const moment = Date.parse('2026-11-21T03:00:00Z')
const place = (search: string) => ({ pathname: '/alarms', search, hash: '#view=tree' }) as Location

test('a moment in the address is read back, and the rest of the address stays', () => {
  const there = addressAt(moment, place('?id=Hot'))
  assert.equal(there, '/alarms?id=Hot&at=2026-11-21T03:00:00Z#view=tree')
  assert.equal(momentOf(new URL(there, 'http://hmi').search), moment)
  assert.equal(addressAt(null, place('?at=2026-11-21T03:00:00Z')), '/alarms#view=tree')
})

test('what is no past moment leaves the page live', () => {
  for (const search of ['', '?at=', '?at=soon', '?at=2999-01-01T00:00:00Z']) {
    assert.equal(momentOf(search), null, search)
  }
})
