import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHealth, healthWithin } from './health.ts'

test('a process is ready when all its parts are, and not before it has one', () => {
  const health = createHealth()
  assert.equal(health.report().ready, false)
  health.set('kafka', 'no broker answers')
  health.set('hot store', null)
  assert.deepEqual(health.report(), {
    ready: false,
    parts: { kafka: 'no broker answers', 'hot store': 'ready' },
  })
  health.set('kafka', null)
  assert.equal(health.report().ready, true)
})

test('parts within a whole are the whole’s too, and leave it together', () => {
  const whole = createHealth()
  whole.set('kafka', null)
  const work = healthWithin(whole)
  work.set('sources', 'none connected')
  assert.deepEqual(Object.keys(work.report().parts), ['sources'])
  assert.deepEqual(work.whole(), whole.report())
  assert.equal(whole.report().ready, false)
  work.end()
  work.set('sources', 'a late word')
  assert.deepEqual(whole.report(), { ready: true, parts: { kafka: 'ready' } })
})
