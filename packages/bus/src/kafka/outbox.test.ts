import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createJob, type Item, takeRequest } from './outbox.ts'

const kib = 1024
const { job } = createJob('t', 1, 600_000)
after(() => job.settle())

/** `2:300` is a record of 300 KiB for partition 2. */
const itemsOf = (text: string): Item[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [partition = 0, size = 0] = word.split(':').map(Number)
      return { key: '', partition, bytes: new Uint8Array(size * kib), headers: {}, job }
    })
const textOf = (items: readonly Item[]) =>
  items.map(({ partition, bytes }) => `${partition}:${bytes.length / kib}`).join(' ')

/** What waits, what the next request takes of it, and what stays, in order. */
const cases: readonly (readonly [name: string, waits: string, taken: string, stays: string])[] = [
  ['nothing', '', '', ''],
  ['all that is small', '0:10 1:10 0:10', '0:10 1:10 0:10', ''],
  ['a large record goes alone', '0:5000 0:10', '0:5000', '0:10'],
  ['a large record waits for its own request', '0:10 0:5000', '0:10', '0:5000'],
  ['a partition is cut at 1 MiB', '0:600 0:400 0:100 1:10', '0:600 0:400 1:10', '0:100'],
  ['what follows a cut stays behind it', '0:600 0:600 0:10', '0:600', '0:600 0:10'],
  [
    'a request is cut at 4 MiB',
    '0:1000 1:1000 2:1000 3:1000 4:1000 0:10',
    '0:1000 1:1000 2:1000 3:1000 0:10',
    '4:1000',
  ],
]

describe('takeRequest', () => {
  for (const [name, waits, taken, stays] of cases) {
    test(name, () => {
      const result = takeRequest(itemsOf(waits))
      assert.equal(textOf(result.taken), taken)
      assert.equal(textOf(result.rest), stays)
    })
  }
  test('leaves out what has been given up', () => {
    const given = createJob('t', 1, 600_000)
    given.job.settle()
    const items = itemsOf('0:1 0:2')
    const mixed = items.map((item, index) => (index === 0 ? { ...item, job: given.job } : item))
    assert.equal(textOf(takeRequest(mixed).taken), '0:2')
  })
})

test('a job gives up in time and says why', async () => {
  const { done } = createJob('mon.samples', 1, 10)
  await assert.rejects(done, { code: 'BUS_UNAVAILABLE', message: /mon\.samples.*no broker/ })
})
