import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value } from '@mla/model'
import {
  derived,
  feed,
  finish,
  processorOf,
  sampleAt,
  second,
  start,
} from './processing.fixture.ts'
import type { Statistic } from './statistics.ts'
import type { WindowSpan } from './window.ts'

const every = (width: number, step = width): WindowSpan => ({
  ...{ kind: 'time', width: width * second, every: step * second },
})
const at = (seconds: number, value: Value, status?: number) =>
  sampleAt(start + seconds * second, value, status)

type Shown = [second: number, value: Value, quality?: 'uncertain']
/** What a window shows of values at seconds; `~` marks a value that tells only a part. */
const stories: [what: string, span: WindowSpan, give: Statistic, [number, Value][], Shown[]][] = [
  [
    'counts, also nothing',
    every(10),
    { kind: 'count' },
    [
      [0, 1],
      [9, 1],
      [10, 1],
      [31, 1],
    ],
    [
      [10, 2],
      [20, 1],
      [30, 0],
      [40, 1],
    ],
  ],
  [
    'is silent after it said that there is nothing',
    every(10),
    { kind: 'mean' },
    [
      [0, 1],
      [1, 2],
      [45, 7],
    ],
    [
      [10, 1.5],
      [20, null],
      [50, 7],
    ],
  ],
  [
    'begins in the middle',
    every(10),
    { kind: 'max' },
    [
      [5, 1],
      [12, 3],
    ],
    [
      [10, 1, 'uncertain'],
      [20, 3],
    ],
  ],
  [
    'slides',
    every(10, 5),
    { kind: 'max' },
    [
      [0, 1],
      [3, 9],
      [7, 2],
      [12, 3],
      [15, 1],
    ],
    [
      [5, 9, 'uncertain'],
      [10, 9],
      [15, 3],
      [20, 3],
      [25, 1],
    ],
  ],
  [
    'holds a value until the next for the integral',
    every(10),
    { kind: 'integral' },
    [
      [0, 2],
      [5, 4],
      [12, 0],
    ],
    [
      [10, 30],
      [20, 8],
    ],
  ],
  [
    'measures the time in a state',
    every(10),
    { kind: 'timeInState', states: [1] },
    [
      [0, 1],
      [4, 0],
      [8, 1],
      [11, 0],
    ],
    [
      [10, 6],
      [20, 1],
    ],
  ],
  [
    'gives the change per second',
    every(10),
    { kind: 'rate' },
    [
      [0, 10],
      [4, 12],
      [8, 18],
      [10, 1],
    ],
    [
      [10, 1],
      [20, null],
    ],
  ],
  [
    'leaves out what is no number, and says so',
    every(10),
    { kind: 'mean' },
    [
      [0, 1],
      [2, Number.NaN],
      [4, 3],
    ],
    [[10, 2, 'uncertain']],
  ],
  [
    'counts to three',
    { kind: 'count', size: 3, step: 3 },
    { kind: 'mean' },
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
      [6, 7],
    ],
    [
      [2, 2],
      [5, 5],
    ],
  ],
  [
    'slides by count',
    { kind: 'count', size: 3, step: 1 },
    { kind: 'first' },
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
    [
      [2, 1],
      [3, 2],
    ],
  ],
]

for (const [what, span, give, values, shown] of stories) {
  test(`a window ${what}`, () => {
    const processor = processorOf(derived({ kind: 'window', span, give, maxHold: null }))
    const samples = values.map(([seconds, value]) => at(seconds, value))
    const out = samples.flatMap((one) => feed(processor, { lane: 'a.0', samples: [one] }))
    const last = values.at(-1)?.[0] ?? 0
    out.push(...finish(processor, start + (last - 24 * 3600 + 110) * second))
    const seen = out
      .map(({ sourceTime, value, status }): Shown => {
        const time = ((sourceTime ?? 0) - start) / second
        return status >>> 30 === 1 ? [time, value, 'uncertain'] : [time, value]
      })
      .filter(([time]) => time <= (shown.at(-1)?.[0] ?? 0))
    assert.deepEqual(seen, shown)
  })
}

test('a late sample within the allowance counts, a later one is left out and counted', () => {
  const make = { kind: 'window', span: every(10), give: { kind: 'count' }, maxHold: null } as const
  const processor = processorOf(derived(make, { allowance: 2 * second }))
  const take = (...seconds: number[]) =>
    feed(processor, { lane: 'a.0', samples: seconds.map((one) => at(one, one)) })
  assert.deepEqual(take(1, 5, 11), [])
  assert.deepEqual(take(9), [], 'the window waits for what may be late')
  assert.deepEqual(
    take(12).map(({ value }) => value),
    [3],
  )
  assert.deepEqual(take(9.5), [])
  assert.deepEqual(processor.takeCounts(), { late: 1, copies: 0 })
})

test('a copy counts once', () => {
  const make = { kind: 'window', span: every(10), give: { kind: 'count' }, maxHold: null } as const
  const processor = processorOf(derived(make, { allowance: second }))
  const samples = [at(1, 1), at(2, 2), at(1, 1), at(2, 3), at(15, 0)]
  const [first] = feed(processor, { lane: 'a.0', samples })
  assert.equal(first?.value, 3)
  assert.equal(processor.takeCounts().copies, 1)
})
