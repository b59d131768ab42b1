import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleOf } from '../hmi.fixture.ts'
import { dataQuality } from './data-quality.ts'

test('each system has the shares of its values at the moments that were looked at', async () => {
  const statuses = new Map([
    ['A/Good', 0],
    ['A/Bad', 0x808c0000],
    ['B/Gap', 0x80310000],
    ['B/Uncertain', 0x40900000],
  ])
  const asked: number[] = []
  const { systems } = await dataQuality(
    [...statuses.keys(), 'B/Never'],
    0,
    600,
    async (_, time) => {
      asked.push(time)
      const samples = [...statuses].map(([id, status]) => {
        // In the first half of the night all was well.
        return [id, sampleOf(id, time, 1, 'double', time < 300 ? 0 : status)] as const
      })
      return new Map(samples)
    },
  )
  assert.deepEqual(asked, [99, 199, 299, 399, 499, 599])
  assert.deepEqual(systems, [
    { system: 'A', points: 2, good: 0.75, uncertain: 0, bad: 0.25, missing: 0 },
    { system: 'B', points: 3, good: 6 / 18, uncertain: 3 / 18, bad: 0, missing: 9 / 18 },
  ])
})
