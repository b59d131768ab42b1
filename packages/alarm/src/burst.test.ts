import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond } from '@mla/model'
import { type BurstMember, firstOuts, rootCauseOf } from './burst.ts'

const member = (id: string, second: number | null, isSet = true): BurstMember => ({
  ...{ id, isSet, setSince: second === null ? null : second * microsPerSecond },
})

test('the first of a burst is told for each of it, also when it has cleared', () => {
  const found = firstOuts([
    member('C', 18),
    member('A', 0, false),
    member('B', 9),
    member('Later', 29),
    member('Never', null, false),
  ])
  assert.deepEqual(Object.fromEntries(found), { A: 'A', B: 'A', C: 'A', Later: 'Later' })
})

test('the root cause is the end of the chain of causes that are set', () => {
  const causes: Record<string, string[]> = {
    Drive: ['Bus1', 'Bus2', 'Cooling'],
    Bus1: ['Power'],
    Bus2: ['Power'],
    Power: [],
    Loop1: ['Loop2'],
    Loop2: ['Loop1'],
  }
  const of = (id: string, ...set: BurstMember[]) =>
    rootCauseOf(
      id,
      (one) => causes[one] ?? [],
      (one) => set.find((other) => other.id === one) ?? null,
    )
  const all = [member('Drive', 5), member('Bus2', 3), member('Bus1', 4), member('Power', 2)]
  assert.equal(of('Drive', ...all), 'Power')
  assert.equal(of('Drive', member('Cooling', 1), ...all), 'Cooling', 'the one that was set first')
  assert.equal(of('Drive', member('Bus1', 4)), 'Bus1')
  assert.equal(of('Drive', member('Bus1', 4, false), member('Power', 1)), null)
  assert.equal(of('Power', ...all), null)
  assert.equal(of('Loop1', member('Loop1', 1), member('Loop2', 2)), 'Loop2')
})
