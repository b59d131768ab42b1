import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPortions } from './portions.ts'

const refusals = [
  'BadTooManyOperations',
  'BadEncodingLimitsExceeded',
  'BadTcpMessageTooLarge',
  'BadRequestTooLarge',
  'BadResponseTooLarge',
]

for (const status of refusals) {
  test(`portions are halved on ${status}, and stay so`, async () => {
    const done: number[] = []
    const sizes: number[] = []
    const portion = { size: 100 }
    const items = Array.from({ length: 90 }, (_, i) => i)
    await inPortions(items, portion, async (part) => {
      sizes.push(part.length)
      if (part.length > 30) throw new Error(`serviceResult = ${status} (0x80100000)`)
      done.push(...part)
    })
    assert.deepEqual(done, items)
    assert.deepEqual(sizes, [90, 45, 23, 23, 23, 21])
    assert.equal(portion.size, 23)
  })
}

test('a portion of one that is too large is an error', async () => {
  const refuse = async (): Promise<void> => {
    throw new Error('BadTooManyOperations')
  }
  await assert.rejects(inPortions([1, 2], { size: 2 }, refuse), /BadTooManyOperations/)
})

test('another error is not tried again', async () => {
  let calls = 0
  const fail = async (): Promise<void> => {
    calls++
    throw new Error('BadSessionClosed')
  }
  await assert.rejects(inPortions([1, 2], { size: 2 }, fail), /BadSessionClosed/)
  assert.equal(calls, 1)
})
