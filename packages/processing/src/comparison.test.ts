import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value } from '@mla/model'
import type { Condition } from './comparison.ts'
import { derived, feed, processorOf, sampleAt, second, start } from './processing.fixture.ts'

type Step = Value | 'bad'
/** One value a second: `T`rue, `F`alse, `?` not known; `.` where nothing is said. */
const stories: [what: string, condition: Condition, steps: Step[], said: string][] = [
  [
    'a threshold with hysteresis',
    { kind: 'threshold', when: 'above', limit: 10, clear: 8 },
    [5, 10, 11, 9, 8, 7.9, 9, 11],
    'F.T..F.T',
  ],
  [
    'a threshold from below',
    { kind: 'threshold', when: 'below', limit: 0, clear: 1 },
    [2, -1, 0.5, 1, 1.5],
    'FT..F',
  ],
  [
    'hysteresis behind a BAD value',
    { kind: 'threshold', when: 'above', limit: 10, clear: 8 },
    [11, 'bad', 9, 7],
    'T?TF',
  ],
  ['a range', { kind: 'range', low: 1, high: 2, when: 'inside' }, [0, 1, 2, 3], 'FT.F'],
  ['outside a range', { kind: 'range', low: 1, high: 2, when: 'outside' }, [0, 1, 3], 'TFT'],
  ['equality', { kind: 'equals', values: [3, 'ON', true] }, [1, 3, 'ON', 'OFF', true], 'FT.FT'],
  ['bits', { kind: 'bits', mask: 6, value: 2 }, [0, 2, 3, 6, 2n ** 60n], 'FT.F?'],
  ['a rate', { kind: 'rate', when: 'rising', limit: 1 }, [0, 1, 3, 1, 1.5], '?FTF.'],
  ['a rate of either sign', { kind: 'rate', when: 'either', limit: 1 }, [0, 1, 3, 1, 1.5], '?FT.F'],
  ['NaN', { kind: 'range', low: 1, high: 2, when: 'inside' }, [1, Number.NaN, 1], 'T?T'],
]

for (const [what, condition, steps, said] of stories) {
  test(`a comparison: ${what}`, () => {
    const make = { kind: 'comparison', condition, maxSilence: 60 * second } as const
    const processor = processorOf(derived(make, { type: 'boolean' }))
    const seen = steps.map((step, i) => {
      const bad = step === 'bad'
      const sample = sampleAt(start + i * second, bad ? 1 : step, bad ? 0x80340000 : 0)
      const [out] = feed(processor, { lane: 'a.0', samples: [sample] })
      if (out === undefined) return '.'
      if (bad) assert.equal(out.status, 0x80340000)
      return out.value === null ? '?' : out.value === true ? 'T' : 'F'
    })
    assert.equal(seen.join(''), said)
  })
}

test('a comparison says again what stays, so that silence means a fault', () => {
  const condition = { kind: 'equals', values: [1] } as const
  const processor = processorOf(
    derived({ kind: 'comparison', condition, maxSilence: 60 * second }, { type: 'boolean' }),
  )
  const said = Array.from({ length: 130 }, (_, i) => i).filter(
    (i) => feed(processor, { lane: 'a.0', samples: [sampleAt(start + i * second, 1)] }).length > 0,
  )
  assert.deepEqual(said, [0, 60, 120])
})

test('two points are compared at one moment', () => {
  const condition = { kind: 'difference', isSigned: false, limit: 1, clear: 0.5 } as const
  const processor = processorOf(
    derived(
      { kind: 'comparison', condition, maxSilence: 60 * second },
      { type: 'boolean', inputs: ['A/B', 'A/C'] },
    ),
  )
  const pairs = [
    [1, 1.5],
    [1, 3],
    [4, 3.3],
    [4, 4.2],
    [4, 4],
  ]
  const said = pairs.flatMap(([a, b], i) => {
    const time = start + i * second
    const samples = [sampleAt(time, a ?? 0), sampleAt(time, b ?? 0, 0, 'A/C')]
    return feed(processor, { lane: 'a.0', samples }).map(({ value }) => value)
  })
  assert.deepEqual(said, [false, true, false])
})
