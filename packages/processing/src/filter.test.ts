import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample, Value } from '@mla/model'
import { type FilterRules, SampleFilter } from './filter.ts'

const none: FilterRules = { unchanged: null, status: null, window: null }
const exact = { unchanged: { band: { kind: 'exact' }, maxSilence: null } } as const
const band = (kind: 'absolute' | 'percent', value: number) =>
  ({ unchanged: { band: { kind, value }, maxSilence: null } }) as const

const [bad, uncertain, sensorFailure] = [0x80000000, 0x40000000, 0x808c0000]
const second = 1_000_000
const sampleOf = (value: Value, status: number, seconds: number): Sample => ({
  ...{ point: 'A/B', sourceTime: null, serverTime: null, text: null, type: 'double' },
  ...{ collectedTime: seconds * second, value, status },
})

type Step = Value | { readonly value: Value; readonly status: number } | 'gap'
const isMarked = (step: Step): step is { readonly value: Value; readonly status: number } =>
  typeof step === 'object' && step !== null && 'status' in step

/** One value a second; what became of each: `.` goes on, u(nchanged), s(tatus), w(indow). */
const stories: [name: string, rules: Partial<FilterRules>, steps: Step[], fate: string][] = [
  ['without rules all goes on', {}, [1, 1, 1], '...'],
  ['exact takes out what is the same', exact, [1, 1, 2, 2, 1], '.u.u.'],
  ['NaN is the same as NaN', exact, [Number.NaN, Number.NaN, 1, Number.NaN], '.u..'],
  ['infinities', exact, [Infinity, Infinity, -Infinity], '.u.'],
  ['-0 is not 0', exact, [0, -0, -0], '..u'],
  ['null, texts and arrays', exact, [null, null, 'a', 'a', [1, 2], [1, 2]], '.u.u.u'],
  ['64 bits', exact, [2n ** 60n, 2n ** 60n, 2n ** 60n + 1n], '.u.'],
  ['a status is a change', exact, [1, { value: 1, status: uncertain }, 1], '...'],
  ['a dead band', band('absolute', 0.5), [1, 1.5, 1.6, 1.1, 1], '.u.u.'],
  ['a drift adds up', band('absolute', 1), [0, 0.6, 1.2, 1.8, 2.4], '.u.u.'],
  ['percent of the last that went on', band('percent', 10), [100, 110, 111, 101, 99], '.u.u.'],
  ['percent of nothing is exact', band('percent', 10), [0, 0.1, 0], '...'],
  ['NaN leaves the band', band('absolute', 5), [1, Number.NaN, 1], '...'],
  ['an infinite value has no percents', band('percent', 10), [1, Infinity, 5, -Infinity], '....'],
  ['after a gap all goes on', exact, [1, 1, 'gap', 1, 1], '.u .u'],
  [
    'silence ends',
    { unchanged: { band: { kind: 'exact' }, maxSilence: 3 * second } },
    [1, 1, 1, 1, 1, 1, 1],
    '.uu.uu.',
  ],
  [
    'classes and codes of status',
    { status: { drop: ['BAD', uncertain], keep: [sensorFailure] } },
    [
      ...[1, { value: 1, status: bad }, { value: 1, status: sensorFailure }],
      ...[
        { value: 1, status: uncertain },
        { value: 1, status: 0x40920000 },
      ],
    ],
    '.s.s.',
  ],
  [
    'one code alone, whatever its info bits',
    { status: { drop: [sensorFailure], keep: [] } },
    [1, { value: 1, status: sensorFailure + 0x480 }, { value: 1, status: bad }],
    '.s.',
  ],
  ['inside', { window: { low: 0, high: 10, keep: 'inside' } }, [5, 0, 10, 11, -1, NaN], '...www'],
  ['outside', { window: { low: 0, high: 10, keep: 'outside' } }, [50, 0, 10, 11, NaN], '.ww..'],
  [
    'a window does not judge what is BAD or no number',
    { window: { low: 0, high: 10, keep: 'inside' } },
    [5, { value: 99, status: bad }, 'text', null],
    '....',
  ],
  [
    'what a window holds back is no change',
    { ...exact, window: { low: 0, high: 10, keep: 'inside' } },
    [5, 99, 5, 6],
    '.wu.',
  ],
]

for (const [name, rules, steps, fate] of stories) {
  test(`filter: ${name}`, () => {
    const filter = new SampleFilter({ ...none, ...rules })
    const seen = steps.map((step, index) => {
      if (step === 'gap') {
        filter.forget()
        return ' '
      }
      const { value, status } = isMarked(step) ? step : { value: step as Value, status: 0 }
      return filter.admit(sampleOf(value, status, index))?.[0]?.replace('p', 'w') ?? '.'
    })
    assert.equal(seen.join(''), fate)
  })
}

test('a filter repeats the value in force when the server is silent for too long', () => {
  const filter = new SampleFilter({
    ...none,
    unchanged: { band: { kind: 'absolute', value: 1 }, maxSilence: 10 * second },
  })
  assert.equal(filter.repeat(0), null)
  filter.admit(sampleOf(1, 0, 0))
  filter.admit(sampleOf(1.5, 0, 4))
  assert.equal(filter.isDue(9 * second), false)
  assert.equal(filter.isDue(10 * second), true)
  const { value, collectedTime, sourceTime } = filter.repeat(10 * second) ?? sampleOf(0, 0, 0)
  assert.deepEqual([value, collectedTime, sourceTime], [1.5, 10 * second, null])
  assert.equal(filter.isDue(19 * second), false)
})
