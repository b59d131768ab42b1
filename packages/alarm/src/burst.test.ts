import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond } from '@mla/model'
import { type BurstMember, createBursts, firstOuts, rootCauseOf } from './burst.ts'
import { seeded } from './random-dasu.fixture.ts'

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

test('alarms that come one by one are in the same bursts as all of them at once', () => {
  const random = seeded(26)
  const bursts = createBursts()
  const times = new Map<string, number | null>()
  for (let now = 0; now < 3_000; now += Math.floor(9 * random())) {
    const id = `A${Math.floor(40 * random())}`
    // Mostly what is set now; sometimes what is heard of late, or is an alarm no more.
    const second = random() < 0.8 ? now : random() < 0.5 ? Math.floor(now * random()) : null
    times.set(id, second)
    bursts.put(id, second === null ? null : second * microsPerSecond)
    const members = [...times].map(([one, at]) => member(one, at))
    const found = Object.fromEntries(members.map((one) => [one.id, bursts.firstOf(one.id)]))
    const expected = firstOuts(members)
    for (const one of members) assert.equal(found[one.id], expected.get(one.id) ?? null)
  }
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
