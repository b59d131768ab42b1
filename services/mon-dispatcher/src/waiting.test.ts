import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapMarker, type Micros } from '@mla/model'
import type { SortedBatch } from './triage.ts'
import { createWaiting } from './waiting.ts'

const batch = (offset: number, source: string, ...times: Micros[]): SortedBatch => ({
  ...{ offset, source, appendTime: 0, size: 1 },
  samples: times.map((time) => gapMarker('A/B', 'double', time)),
})

test('what lies before a durable position is counted once, with the newest of each source', () => {
  const waiting = createWaiting()
  waiting.add(0, [batch(10, 'a', 1, 2), batch(11, 'b', 3)])
  waiting.add(1, [batch(5, 'a', 9)])
  waiting.add(0, [batch(12, 'a', 4)])
  assert.deepEqual(waiting.settle([{ partition: 0, offset: 12 }]), {
    samples: 3,
    newest: new Map([
      ['a', 2],
      ['b', 3],
    ]),
  })
  const both = [
    { partition: 0, offset: 13 },
    { partition: 1, offset: 6 },
  ]
  assert.deepEqual(waiting.settle(both), { samples: 2, newest: new Map([['a', 9]]) })
  assert.deepEqual(waiting.settle(both), { samples: 0, newest: new Map() })
})

test('a batch without samples says nothing of its source', () => {
  const waiting = createWaiting()
  waiting.add(0, [batch(1, 'a')])
  assert.deepEqual(waiting.settle([{ partition: 0, offset: 2 }]), { samples: 0, newest: new Map() })
})
