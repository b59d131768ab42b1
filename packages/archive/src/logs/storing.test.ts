import assert from 'node:assert/strict'
import test from 'node:test'
import type { SealedLogBlock } from './log-block.ts'
import { createStoring } from './storing.ts'

/** Blocks as far as storing looks at them. */
const block = (partition: number, next: number): SealedLogBlock => ({
  ...{ partition, opened: 0, cut: 0, next, closed: 0, first: 0, last: 0, batches: 1 },
  summary: { count: 0, counts: [], sources: null, hosts: null },
  ...{ lanes: new Map(), seen: new Set<string>() },
  ...{ filter: new Uint8Array(), data: new Uint8Array() },
})

test('a position is durable when its block is stored, and told once', async () => {
  const stored = Promise.withResolvers<void>()
  const storing = createStoring(() => stored.promise)
  storing.begin(block(3, 7))
  await storing.look()
  assert.deepEqual(storing.takeDurable(), [])
  stored.resolve()
  await storing.settleAll()
  assert.deepEqual(storing.takeDurable(), [{ partition: 3, offset: 7 }])
  assert.deepEqual(storing.takeDurable(), [])
})

test('a block that could not be stored is told of, and stored when asked again', async () => {
  const written: number[] = []
  let failures = 2
  const storing = createStoring(async ({ next }) => {
    if (failures-- > 0) throw new Error('away')
    written.push(next)
  })
  storing.begin(block(0, 5))
  await assert.rejects(storing.settle(0), /away/)
  assert.deepEqual(storing.takeDurable(), [])
  await assert.rejects(storing.look(), /away/, 'begun again, and failed again')
  await storing.settle(0)
  assert.deepEqual(written, [5])
  assert.deepEqual(storing.takeDurable(), [{ partition: 0, offset: 5 }])
})
