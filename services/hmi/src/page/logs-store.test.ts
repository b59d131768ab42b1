import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogStore, filterOf, formatLogHash, parseLogHash } from './logs-store.ts'

const recordOf = (id: string) => ({
  ...{ id, time: '2026-11-21T04:00:00Z', priority: 'INFO', source: 's', host: null },
  ...{ process: null, message: id },
})
const some = (...ids: string[]) => ids.map(recordOf)
const idsOf = (store: ReturnType<typeof createLogStore>) =>
  store.records.map(({ id }) => id).join('')

test('the newest is on top, and what comes twice is there once', () => {
  const store = createLogStore()
  store.older(some('c', 'b'))
  store.arrived(some('c', 'd', 'e'), false)
  store.older(some('b', 'a'))
  assert.equal(idsOf(store), 'edcba')
})

test('what comes while the page stands still waits', () => {
  const store = createLogStore()
  store.arrived(some('a'), false)
  store.arrived(some('b', 'c'), true)
  assert.deepEqual([idsOf(store), store.waiting], ['a', 2])
  store.release()
  assert.deepEqual([idsOf(store), store.waiting], ['cba', 0])
})

test('only so many wait, and the oldest go', () => {
  const store = createLogStore()
  const many = Array.from({ length: 6_000 }, (_, i) => String(i))
  store.arrived(some(...many), true)
  store.release()
  assert.equal(store.records.length, 5_000)
  assert.equal(store.records[0]?.id, '5999')
})

test('an address holds what is asked for, and what it does not know is left', () => {
  const view = {
    ...{ min: 'WARNING', text: 'a b&c', regex: true, source: 'hosts', host: 'Tel01' },
    to: '2026-11-21T04:00:00',
  }
  assert.deepEqual(parseLogHash(formatLogHash(view)), view)
  assert.equal(formatLogHash(parseLogHash('#min=LOUD&to=soon')), '')
})

test('a filter has what was given, and nothing else', () => {
  const view = parseLogHash('#source=hosts,mla/*&text=slow')
  assert.deepEqual(filterOf(view), {
    ...{ minPriority: 'INFO', text: 'slow', sources: ['hosts', 'mla/*'] },
  })
  assert.deepEqual(filterOf({ ...view, regex: true, source: '' }), {
    ...{ minPriority: 'INFO', regex: 'slow' },
  })
})
