import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rankOf } from '@mla/model'
import { createLiveRoom } from './live-room.ts'

/** Ten seconds, each millisecond with these records: how many of each are shown. */
function shownOf(perMs: readonly (readonly [source: string, rank: number, count: number])[]) {
  let now = 0
  const hasRoom = createLiveRoom(1_000, () => now)
  const shown = perMs.map(() => 0)
  for (now = 0; now < 10_000; now++) {
    for (const [i, [source, rank, count]] of perMs.entries()) {
      for (let n = 0; n < count; n++) if (hasRoom(rank, source)) shown[i] = (shown[i] ?? 0) + 1
    }
  }
  return shown
}
const [info, warning] = [rankOf('INFO'), rankOf('WARNING')]

test('what is shown stays within the rate, a second’s worth apart', () => {
  const [shown = 0] = shownOf([['flood', info, 20]])
  assert.ok(shown >= 9_000 && shown <= 11_000, String(shown))
})

test('a flood, important or not, does not hide a quiet source', () => {
  for (const rank of [info, warning]) {
    let now = 0
    const hasRoom = createLiveRoom(1_000, () => now)
    let quiet = 0
    for (now = 0; now < 10_000; now++) {
      for (let n = 0; n < 20; n++) hasRoom(rank, `flood/${n}`)
      if (now % 1_000 === 999 && hasRoom(info, 'quiet')) quiet++
    }
    assert.equal(quiet, 10)
  }
})

test('what is important has room where the rest has none', () => {
  const [flood = 0, important = 0] = shownOf([
    ['a', info, 5],
    ['b', warning, 1],
  ])
  assert.ok(flood < 10_000, String(flood))
  assert.ok(important >= 1_000, String(important))
})
