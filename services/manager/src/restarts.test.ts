import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterCalm, afterRestart, delayOf, isDue, type Restarts } from './restarts.ts'

const second = 1e6

test('the wait before a restart doubles up to five minutes', () => {
  const waits = Array.from({ length: 11 }, (_, count) => delayOf(count) / second)
  assert.deepEqual(waits, [0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
})

test('a component that breaks again and again is restarted at longer and longer intervals', () => {
  const at: number[] = []
  let past: Restarts | undefined
  for (let now = 0; now < 40 * second; now += second) {
    if (!isDue(past, now)) continue
    at.push(now / second)
    past = afterRestart(past, now)
  }
  assert.deepEqual(at, [0, 2, 6, 14, 30])
})

test('ten good minutes make good what was', () => {
  const past = { count: 5, last: 100 * second }
  assert.equal(afterCalm(past, 110 * second, 709 * second), past)
  assert.equal(afterCalm(past, 110 * second, 710 * second), undefined)
  assert.equal(afterCalm(past, 0, 699 * second), past, 'good before the restart does not count')
})
