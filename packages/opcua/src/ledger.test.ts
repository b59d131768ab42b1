import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLedger, unsafeOf } from './ledger.ts'

test('a message is acknowledged once, and only when it is safe', () => {
  const ledger = createLedger()
  for (const one of [1, 2, 3]) ledger.delivered(one)
  assert.deepEqual(ledger.takeDue(), [])
  ledger.settled(1)
  ledger.settled(3)
  assert.deepEqual(ledger.takeDue(), [1, 3])
  assert.deepEqual(ledger.takeDue(), [])
  ledger.putBack([1, 3])
  assert.deepEqual(ledger.takeDue(), [1, 3], 'the request did not arrive')
})

test('what the server sends once more is acknowledged again where it is safe', () => {
  const ledger = createLedger()
  for (const one of [1, 2]) ledger.delivered(one)
  ledger.settled(1)
  ledger.takeDue()
  for (const one of [1, 2]) ledger.repeated(one)
  assert.deepEqual(ledger.takeDue(), [1])
})

test('safe is all before the oldest that is not, across the last number there is', () => {
  const ledger = createLedger({ safe: 0xfffffffd, isRetained: true })
  assert.equal(ledger.progress().safe, 0xfffffffd)
  for (const one of [0xfffffffe, 0xffffffff, 1, 2]) ledger.delivered(one)
  ledger.settled(0xffffffff)
  assert.equal(ledger.progress().safe, 0xfffffffd)
  ledger.settled(0xfffffffe)
  assert.equal(ledger.progress().safe, 0xffffffff)
  ledger.settled(1)
  ledger.settled(2)
  assert.equal(ledger.progress().safe, 2)
})

test('a server that no longer has what is not safe is found out', () => {
  const ledger = createLedger()
  for (const one of [1, 2]) ledger.delivered(one)
  ledger.available([1, 2, 3])
  assert.equal(ledger.progress().isRetained, true)
  ledger.available([2, 3])
  assert.equal(ledger.progress().isRetained, false)
  ledger.settled(1)
  ledger.available([2, 3])
  assert.equal(ledger.progress().isRetained, true, 'what is lost no longer matters')
})

test('of what a server still has, the unsafe ones come in order', () => {
  const progress = { safe: 0xfffffffe, isRetained: true }
  assert.deepEqual(unsafeOf([2, 0xfffffffe, 1, 0xffffffff], progress), [0xffffffff, 1, 2])
  assert.deepEqual(unsafeOf([7, 5], { safe: 0, isRetained: true }), [5, 7])
})
