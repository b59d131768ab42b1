import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmBsdb, mlaState } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import {
  ask,
  cdbOf,
  changesOf,
  now,
  repliesOf,
  send,
  start,
  until,
  versions,
} from './supervisor.fixture.ts'

const within = { timeout: 20_000 }
const minute = 60_000_000

test('an alarm is set, acknowledged with its comment, cleared', within, async () => {
  await using bus = createMemoryBus()
  const one = start(bus, versions(cdbOf(1)))
  await send(bus, { T0: 1 })
  await until(() => changesOf(bus, 'Hot0').length === 1)
  await send(bus, { T0: 20 })
  await until(() => changesOf(bus, 'Hot0').length === 2)
  await ask(bus, 'a', 'Hot0', 'acknowledge', { text: 'the pump is off' })
  await ask(bus, 'a', 'Hot0', 'acknowledge', { text: 'the pump is off' })
  await until(() => changesOf(bus, 'Hot0').length === 3)
  await send(bus, { T0: 1 })
  await until(() => changesOf(bus, 'Hot0').length === 4)
  await one.stop()
  assert.deepEqual(changesOf(bus, 'Hot0'), [
    'CLEAR_ACK',
    'SET_UNACK',
    'SET_ACK ack eva: the pump is off by acknowledge',
    'CLEAR_ACK ack eva: the pump is off',
  ])
  const replies = repliesOf(bus)
  assert.deepEqual(
    replies.map(({ id, accepted, command }) => [id, accepted, command]),
    [['a', true, 'acknowledge']],
  )
})

test('what the configuration or the state forbids is refused with the reason', within, async () => {
  await using bus = createMemoryBus()
  const one = start(bus, versions(cdbOf(2)))
  await send(bus, { T0: 1, T1: 20 })
  await until(() => changesOf(bus, 'Hot0').length + changesOf(bus, 'Hot1').length === 2)
  await ask(bus, 'a', 'Hot0', 'acknowledge')
  await ask(bus, 'b', 'Hot1', 'shelve', { until: now() + minute })
  await ask(bus, 'c', 'Hot1', 'acknowledge', { time: now() - minute })
  await ask(bus, 'd', 'Hot1', 'explode')
  await ask(bus, 'e', 'Hot9', 'acknowledge')
  await ask(bus, 'f', 'Hot0', 'shelve', { until: now() + minute })
  await until(() => repliesOf(bus).length === 5)
  await one.stop()
  assert.deepEqual(
    repliesOf(bus).map(({ id, message }) => `${id}: ${message}`),
    [
      'a: it is acknowledged already (CLEAR_ACK)',
      'b: the configuration forbids to shelve this alarm',
      'c: it came too late to be done',
      'd: nobody can "explode"',
      'f: null',
    ],
  )
  assert.match(
    await one.metrics(),
    /mla_alarm_actions_total\{outcome="refused",service="alarm-supervisor"\} 4/,
  )
})

test('who takes over has states, comments and shelves, and no alarm flaps', within, async () => {
  await using bus = createMemoryBus()
  const cdb = () => versions(cdbOf(3))
  const first = start(bus, cdb())
  await send(bus, { T0: 20, T1: 20, T2: 1 })
  await until(() => ['Hot0', 'Hot1', 'Hot2'].every((id) => changesOf(bus, id).length === 1))
  await ask(bus, 'a', 'Hot0', 'shelve', { until: now() + 10 * minute, text: 'works' })
  await ask(bus, 'b', 'Hot1', 'acknowledge')
  await until(() => repliesOf(bus).length === 2)
  first.kill()
  await send(bus, { T0: 21, T1: 1, T2: 20 })
  await send(bus, { T2: 1 })
  const next = start(bus, cdb())
  await until(() => changesOf(bus, 'Hot1').length === 3 && changesOf(bus, 'Hot2').length >= 2)
  await send(bus, { T1: 30, T2: 30 })
  await until(() => changesOf(bus, 'Hot1').length === 4)
  await ask(bus, 'b', 'Hot1', 'acknowledge')
  await ask(bus, 'c', 'Hot0', 'unshelve')
  await until(() => repliesOf(bus).length === 3)
  await next.stop()
  assert.deepEqual(changesOf(bus, 'Hot0'), [
    'SET_UNACK',
    'SET_UNACK SHELVED by shelve',
    'SET_ACK ack eva: seen by unshelve',
  ])
  assert.deepEqual(changesOf(bus, 'Hot1'), [
    'SET_UNACK',
    'SET_ACK ack eva: seen by acknowledge',
    'CLEAR_ACK ack eva: seen',
    'SET_UNACK',
  ])
  assert.ok(changesOf(bus, 'Hot2').includes('CLEAR_UNACK'), 'a pulse while nobody looked is seen')
})

test('who stands by is ready, and only one runs the DASUs', within, async () => {
  await using bus = createMemoryBus()
  const one = start(bus, versions(cdbOf(1)))
  await until(one.isReady)
  const other = start(bus, versions(cdbOf(1)))
  await until(other.isReady)
  const isRunning = async ({ metrics }: typeof one) =>
    /mla_alarm_supervising\{[^}]*\} 1/.test(await metrics())
  assert.deepEqual([await isRunning(one), await isRunning(other)].sort(), [false, true])
  await Promise.all([one.stop(), other.stop()])
})

test('a new configuration keeps the states of what did not change', within, async () => {
  await using bus = createMemoryBus()
  const cdb = versions(cdbOf(2))
  const one = start(bus, cdb)
  await send(bus, { T0: 20, T1: 20 })
  await until(() => changesOf(bus, 'Hot0').length + changesOf(bus, 'Hot1').length === 2)
  await ask(bus, 'a', 'Hot1', 'acknowledge')
  await until(() => repliesOf(bus).length === 1)
  cdb.put(cdbOf(2, 30))
  await send(bus, { T1: 21 })
  await send(bus, { T0: 1 })
  await until(() => changesOf(bus, 'Hot0').length === 2)
  await send(bus, { T0: 20 })
  await send(bus, { T0: 31, T1: 1 })
  await until(() => changesOf(bus, 'Hot0').length === 3 && changesOf(bus, 'Hot1').length === 3)
  await one.stop()
  assert.deepEqual(changesOf(bus, 'Hot0'), ['SET_UNACK', 'CLEAR_UNACK', 'SET_UNACK'])
  assert.deepEqual(changesOf(bus, 'Hot1').at(-1), 'CLEAR_ACK ack eva: seen')
})

test(
  'a supervisor begins now, not in 1970, and passes over what it cannot read',
  within,
  async () => {
    await using bus = createMemoryBus()
    const record = { key: 'alarm/Sup/D0/0.0', time: now(), by: 'x', content: 'no JSON' }
    await bus.publish(mlaState, [{ key: record.key, record }])
    const one = start(bus, versions(cdbOf(1)))
    await send(bus, { T0: 20 })
    await until(() => changesOf(bus, 'Hot0').length === 1)
    await one.stop()
    const sent = bus
      .messages('alarm.bsdb')
      .map(({ bytes }) => alarmBsdb.decode(bytes))
      .filter(({ producer }) => producer === 'Sup')
    assert.ok(sent.length < 10, `${sent.length} messages for one alarm`)
    for (const { values } of sent) {
      for (const { production } of values) assert.ok((production ?? 0) > now() - minute)
    }
  },
)

test('a broker whose clock is ahead delays no alarm', { timeout: 10_000 }, async () => {
  const minuteAhead = () => Date.now() + 60_000
  await using bus = createMemoryBus({ now: minuteAhead })
  const one = start(bus, versions(cdbOf(1)))
  await send(bus, { T0: 1 })
  await until(() => changesOf(bus, 'Hot0').length === 1)
  await send(bus, { T0: 20 })
  await until(() => changesOf(bus, 'Hot0').length === 2)
  await ask(bus, 'a', 'Hot0', 'acknowledge')
  await until(() => changesOf(bus, 'Hot0').length === 3)
  await one.stop()
  assert.deepEqual(changesOf(bus, 'Hot0'), [
    'CLEAR_ACK',
    'SET_UNACK',
    'SET_ACK ack eva: seen by acknowledge',
  ])
})

test('an action that was begun long ago is finished, and answered', within, async () => {
  await using bus = createMemoryBus()
  const first = start(bus, versions(cdbOf(1)))
  await send(bus, { T0: 20 })
  await until(() => changesOf(bus, 'Hot0').length === 1)
  first.kill()
  // It was killed when the alarm was acknowledged, and nobody had heard of it.
  const time = now() - minute / 2 - 1_000_000
  await ask(bus, 'a', 'Hot0', 'acknowledge', { time })
  const [sent] = bus.messages('alarm.bsdb').slice(-1)
  assert.ok(sent)
  const batch = alarmBsdb.decode(sent.bytes)
  const [value] = batch.values
  assert.ok(value)
  const note = { user: 'eva', time, text: 'seen', until: null }
  const effect = {
    ...{ ...value, value: 'SET_ACK:MEDIUM', before: 'SET_UNACK:MEDIUM', isChange: true },
    ...{ acknowledgement: note, production: now(), action: { ...note, kind: 'acknowledge' } },
  }
  const record = { ...batch, sequence: batch.sequence + 1, values: [effect] }
  await bus.publish(alarmBsdb, [{ key: 'Hot0', record }])
  const next = start(bus, versions(cdbOf(1)))
  await until(() => repliesOf(bus).length === 1)
  await send(bus, { T0: 1 })
  await until(() => changesOf(bus, 'Hot0').at(-1)?.startsWith('CLEAR') === true)
  await next.stop()
  assert.deepEqual(
    repliesOf(bus).map(({ id, accepted }) => [id, accepted]),
    [['a', true]],
  )
  assert.equal(changesOf(bus, 'Hot0').at(-1), 'CLEAR_ACK ack eva: seen')
})
