import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BsdbChange } from '@mla/alarm'
import { microsPerSecond, type WireIasio } from '@mla/model'
import { countStale, createTally } from './tally.ts'
import { wireAt } from './wire.fixture.ts'

const start = 1_795_176_000 * microsPerSecond

const wire = (second: number, value: string, more: Partial<WireIasio> = {}): WireIasio =>
  wireAt(second, value, more, start)

/** Each follows the one before. */
function tallied(...wires: readonly WireIasio[]) {
  const calls: string[] = []
  const waits: number[] = []
  const tally = createTally({
    called: (priority) => calls.push(priority),
    acknowledged: (seconds) => waits.push(seconds),
  })
  let before: BsdbChange['entry'] | null = null
  for (const [sequence, one] of wires.entries()) {
    const made: WireIasio = { ...one, before: before?.wire.value ?? null }
    const entry: BsdbChange['entry'] = { wire: made, epoch: start, sequence }
    tally.take([{ entry, before }])
    before = entry
  }
  return { calls, waits, chattering: (second: number) => tally.chattering(start + second * 1e6) }
}

test('calls and the time until they are acknowledged are counted as they happen', () => {
  const action = { kind: 'acknowledge', user: 'eva', time: start + 30e6, text: 'seen' }
  const { calls, waits } = tallied(
    wire(0, 'CLEAR_ACK:HIGH'),
    wire(10, 'SET_UNACK:HIGH', { setSince: start + 10e6 }),
    wire(30, 'SET_ACK:HIGH', { setSince: start + 10e6, action }),
    wire(40, 'CLEAR_ACK:HIGH', { setSince: start + 10e6 }),
  )
  assert.deepEqual([calls, waits], [['HIGH'], [20]])
})

test('an alarm chatters after three calls within a minute, for ten minutes', () => {
  const often = [10, 30, 50].flatMap((second) => [
    wire(second, 'SET_UNACK:LOW'),
    wire(second + 5, 'CLEAR_UNACK:LOW'),
  ])
  const { chattering } = tallied(...often)
  assert.deepEqual([chattering(60), chattering(650), chattering(651)], [1, 1, 0])
})

test('what stands for longer than a day is stale, unless it is out of service', () => {
  const stale = wire(0, 'SET_ACK:LOW', { setSince: start })
  const count = (one: WireIasio, hours: number) =>
    countStale([{ wire: one, epoch: start, sequence: 0 }], start + hours * 3600e6)
  assert.equal(count(stale, 24), 0)
  assert.equal(count(stale, 25), 1)
  assert.equal(count({ ...stale, annunciation: 'OUT_OF_SERVICE' }, 25), 0)
  assert.equal(count({ ...stale, value: 'CLEAR_ACK:LOW' }, 25), 0)
})
