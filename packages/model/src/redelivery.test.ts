import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRedelivery } from './redelivery.ts'

/** Batches as collector, epoch, lane and sequence; `!` where one is a redelivery. */
const stories: [name: string, batches: string][] = [
  ['a batch twice', 'c 1 L 0, c 1 L 0!, c 1 L 1'],
  ['some batches again', 'c 1 L 0, c 1 L 1, c 1 L 2, c 1 L 1!, c 1 L 2!, c 1 L 3'],
  ['no lane for another', 'c 1 L 5, c 1 M 5, c 1 M 5!'],
  ['no collector for another', 'c 1 L 5, d 1 L 5'],
  ['no start of a collector for another', 'c 1 L 5, c 2 L 0, c 1 L 6, c 1 L 6!'],
  ['a start in the middle', 'c 1 L 70, c 1 L 69!, c 1 L 71'],
]

for (const [name, batches] of stories) {
  test(`redelivery recognises ${name}`, () => {
    const isRedelivered = createRedelivery()
    const shown = batches.split(', ').map((batch) => {
      const [collector = '', epoch, lane = '', sequence] = batch.replace('!', '').split(' ')
      const repeated = isRedelivered({
        ...{ collector, lane, epoch: Number(epoch), sequence: Number(sequence) },
        ...{ source: lane, samples: [] },
      })
      return batch.replace('!', '') + (repeated ? '!' : '')
    })
    assert.equal(shown.join(', '), batches)
  })
}
