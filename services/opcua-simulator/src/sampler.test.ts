import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createSampler, tickAt } from './sampler.ts'

test('a tick is the latest multiple of the interval plus the phase', () => {
  assert.equal(tickAt(10_000, 1000, 0), 10_000)
  assert.equal(tickAt(10_999, 1000, 0), 10_000)
  assert.equal(tickAt(10_499, 1000, 0.5), 9_500)
  assert.equal(tickAt(10_500, 1000, 0.5), 10_500)
  assert.equal(tickAt(10_019, 20, 0.9), 10_000, 'short intervals have one phase')
})

test('every member gets every tick once, in order, until it takes itself out', async () => {
  const target = new EventTarget()
  using sampler = createSampler()
  const ticks: number[] = []
  const leave = sampler.add(50, 0.5, (tickMs) => {
    ticks.push(tickMs)
    if (ticks.length === 5) target.dispatchEvent(new Event('five'))
  })
  const others: number[] = []
  sampler.add(50, 0, (tickMs) => others.push(tickMs))
  await once(target, 'five')
  leave()
  const missed = sampler.missedTicks() > 0
  assert.ok(missed || ticks.every((tick, i) => i === 0 || tick - (ticks[i - 1] ?? 0) === 50))
  assert.ok(ticks.every((tick) => tick % 50 === 25))
  const seen = others.length
  await new Promise((resolve) => sampler.add(50, 0.5, resolve))
  assert.equal(ticks.length, 5)
  assert.ok(others.length > seen)
})

test('ticks that a blocked process slept through are skipped and counted', async () => {
  let nowMs = 1_000_000
  using sampler = createSampler(() => nowMs)
  const ticks: number[] = []
  const sampled = new Promise<void>((resolve) => {
    sampler.add(20, 0, (tickMs) => {
      ticks.push(tickMs)
      resolve()
    })
  })
  nowMs += 105
  await sampled
  assert.deepEqual(ticks, [1_000_100])
  assert.equal(sampler.missedTicks(), 4)
})
