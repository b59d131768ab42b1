import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latestOrder, type Sample, sameSample } from '@mla/model'
import { derived, feed, processorOf, randomBatches, second } from './processing.fixture.ts'
import { resample, resampleMethods } from './resample.ts'

const every = 2 * second

for (const method of resampleMethods) {
  test(`a derived series by ${method} is what a query over the same samples gives`, () => {
    for (let seed = 0; seed < 60; seed++) {
      const make = { kind: 'resample', every, method, maxHold: 20 * second } as const
      const processor = processorOf(derived(make, { allowance: 5 * second, id: 'A/regular' }))
      const batches = randomBatches(seed)
      const made = batches.flatMap((batch) => feed(processor, batch))
      const [first, last] = [made[0]?.sourceTime ?? 0, made.at(-1)?.sourceTime ?? 0]
      const settings = { point: 'A/regular', from: first, to: last + every, every, method }
      const query = resample(ordered(batches.flatMap(({ samples }) => samples)), {
        ...settings,
        maxHold: 20 * second,
      })
      const shown = (samples: readonly Sample[]) =>
        samples.map(({ sourceTime, value, status }) => [sourceTime, value, status])
      assert.ok(made.length > 20)
      assert.deepEqual(shown(made), shown(query), `seed ${seed}`)
    }
  })
}

/** As the archive answers: in order of time, each once. */
const ordered = (samples: readonly Sample[]): Sample[] =>
  samples
    .toSorted((a, b) => latestOrder(a) - latestOrder(b))
    .filter((one, i, all) => i === 0 || !sameSample(one, all[i - 1] as Sample))
