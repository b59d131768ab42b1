import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmPlugins, monSamples } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import type { AlarmInput, Cdb, Point } from '@mla/cdb'
import { createMetrics, silentLog } from '@mla/kit'
import { gapMarker, type Sample, type ValueType } from '@mla/model'
import { createAlarmFeed, type SavedFeed } from './alarm-feed.ts'
import { readingOf } from './reading-of.ts'
import { createFeedReport } from './report-feed.ts'

const second = 1_000_000
const start = 1_795_176_000 * second

const inputOf = (point: string, iasio = point): AlarmInput => ({
  ...{ point, iasio, type: 'DOUBLE', plugin: 'monitoring', monitoredSystem: 'Observatory' },
  refreshMs: 5_000,
})
const pointOf = (id: string): Point => ({
  ...{ id, description: null, unit: null, type: 'double', source: 's', nodeId: '', lane: 0 },
  ...{ intervalMs: 1000, queueSize: 1, deadband: null, range: null, enumeration: null },
  ...{ archiveClass: 'standard', filter: null, derived: null, signal: null },
})
const cdbOf = (...inputs: AlarmInput[]): Pick<Cdb, 'alarms' | 'points'> => ({
  points: new Map(inputs.map(({ point }) => [point, pointOf(point)])),
  alarms: { ...{ supervisors: new Map(), iasios: new Map(), templates: new Map() }, inputs },
})
const sample = (point: string, seconds: number, value: number, status = 0): Sample => ({
  ...{ point, sourceTime: start + seconds * second, serverTime: null, text: null, status },
  ...{ collectedTime: start + seconds * second, type: 'double', value },
})

function stage(bus: MemoryBus, saved: SavedFeed = {}, archived: readonly Sample[] = []) {
  const clock = { now: start }
  const feed = createAlarmFeed(
    {
      ...{ bus, now: () => clock.now, signal: new AbortController().signal },
      report: createFeedReport({ log: silentLog, metrics: createMetrics('mon-dispatcher') }),
      latest: async () => new Map(archived.map((one) => [one.point, one])),
    },
    saved,
  )
  return {
    feed,
    clock,
    /** The log gets these at a second. */
    take(seconds: number, lane: string, ...samples: Sample[]) {
      clock.now = start + seconds * second
      feed.take(lane, samples, clock.now)
      feed.refresh()
    },
  }
}

/** What plugins have sent, as `id=value@second`. */
const told = (bus: MemoryBus): string[] =>
  bus.messages('alarm.plugins').flatMap(({ bytes }) =>
    alarmPlugins.decode(bytes).values.map(({ id, value, produced, validity }) => {
      return `${id}=${value}${validity === 'RELIABLE' ? '' : '?'}@${(produced - start) / second}`
    }),
  )

test('only points that alarms read are sent: changes at once, the rest when it is due', async () => {
  await using bus = createMemoryBus()
  const { feed, take } = stage(bus)
  feed.configure(cdbOf(inputOf('A'), inputOf('B'), inputOf('B', 'B-again')))
  take(1, 's.0', sample('A', 1, 7), sample('X', 1, 7), sample('B', 1, 1))
  take(2, 's.0', sample('A', 2, 7), sample('B', 2, 2))
  take(3, 's.0', sample('A', 3, 7))
  take(6.5, 's.0')
  await feed[Symbol.asyncDispose]()
  assert.deepEqual(told(bus), [
    ...['A=7@1', 'B=1@1', 'B-again=1@1', 'B=2@2', 'B-again=2@2'],
    'A=7@6.5',
  ])
})

test('a value lives as long as its lane; then it is not refreshed', async () => {
  await using bus = createMemoryBus()
  const { feed, take } = stage(bus)
  feed.configure(cdbOf(inputOf('A'), inputOf('B')))
  take(1, 's.0', sample('A', 1, 7))
  take(1, 's.1', sample('B', 1, 7))
  for (let seconds = 2; seconds < 20; seconds++) take(seconds, 's.0')
  await feed[Symbol.asyncDispose]()
  const refreshes = told(bus).slice(2)
  assert.deepEqual(refreshes, ['A=7@6', 'A=7@11', 'A=7@16'])
})

test('what is BAD is no value, what is UNCERTAIN is one that is not reliable', async () => {
  await using bus = createMemoryBus()
  const { feed, take } = stage(bus)
  feed.configure(cdbOf(inputOf('A')))
  take(1, 's.0', sample('A', 1, 7))
  take(2, 's.0', sample('A', 2, 8, 0x40000000))
  take(3, 's.0', gapMarker('A', 'double', start + 3 * second))
  take(4, 's.0', sample('A', 4, 9))
  await feed[Symbol.asyncDispose]()
  assert.deepEqual(told(bus), ['A=7@1', 'A=8?@2', 'A=null?@3', 'A=9@4'])
})

test('who takes over sends again what came after the state, as it was sent before', async () => {
  await using bus = createMemoryBus()
  const first = stage(bus)
  first.feed.configure(cdbOf(inputOf('A'), inputOf('B')))
  first.take(1, 's.0', sample('A', 1, 1), sample('B', 1, 5))
  const saved: SavedFeed = JSON.parse(JSON.stringify(first.feed.save()))
  first.take(2, 's.0', sample('A', 2, 2))
  first.take(3, 's.0', sample('A', 3, 3))
  await first.feed[Symbol.asyncDispose]()
  const before = told(bus)
  const next = stage(bus, saved)
  next.feed.configure(cdbOf(inputOf('A'), inputOf('B')))
  next.take(2, 's.0', sample('A', 2, 2))
  next.take(3, 's.0', sample('A', 3, 3))
  await next.feed[Symbol.asyncDispose]()
  const again = told(bus).slice(before.length)
  assert.deepEqual(
    again.filter((one) => one.startsWith('A')),
    before.slice(2),
  )
  assert.deepEqual(
    again.filter((one) => one.startsWith('B')),
    ['B=5@2'],
    'what has not changed is refreshed',
  )
})

test('a point that does not change is known from the archive, and better from the log', async () => {
  await using bus = createMemoryBus({ now: () => start / 1000 })
  const identity = { collector: 'c', epoch: start, sequence: 0, source: 's', lane: 's.0' }
  const record = { ...identity, samples: [sample('B', -10, 4)] }
  await bus.publish(monSamples, [{ key: 's.0', partition: 0, record }])
  const { feed } = stage(bus, {}, [sample('A', -9_000, 3), sample('B', -9_000, 3)])
  feed.configure(cdbOf(inputOf('A'), inputOf('B'), inputOf('C')))
  while (told(bus).length < 2) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(told(bus).sort(), ['A=3@-9000', 'B=4@-10'])
  await feed[Symbol.asyncDispose]()
})

test('values are written as IAS writes them', () => {
  const cases: readonly [ValueType, AlarmInput['type'], Partial<Sample>, string][] = [
    ['double', 'DOUBLE', { value: -0 }, '-0'],
    ['double', 'DOUBLE', { value: Number.NaN }, 'NaN'],
    ['boolean', 'BOOLEAN', { value: true }, 'true'],
    ['int64', 'LONG', { value: 9223372036854775807n }, '9223372036854775807'],
    ['enum', 'INT', { value: 3, text: 'Open' }, '3'],
    ['enum', 'STRING', { value: 3, text: 'Open' }, 'Open'],
    ['string', 'STRING', { value: '' }, ''],
    ['double[]', 'ARRAYOFDOUBLES', { value: [1, 2.5] }, '[1, 2.5]'],
    ['datetime', 'TIMESTAMP', { value: start + 1 }, '2026-11-20T12:00:00.000001Z'],
  ]
  for (const [type, to, change, text] of cases) {
    assert.equal(readingOf({ ...sample('A', 0, 0), type, ...change }, to).value, text)
  }
})
