import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmOf, wireOf } from '@mla/alarm'
import { alarmBsdb, alarmPlugins, mlaHeartbeats } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import type { Heartbeat, WireIasio } from '@mla/model'
import { answerTo } from './commands.ts'
import { toIasHeartbeat } from './heartbeats.ts'
import { iasBsdb, iasCommands, iasPlugins } from './ias-topics.ts'
import { runIasBridge } from './index.ts'

const within = { timeout: 20_000 }
const start = Date.UTC(2026, 10, 21, 4) * 1000

function begin(ours: MemoryBus, ias: MemoryBus) {
  const stopping = new AbortController()
  const life: Life = {
    ...{ name: 'ias-bridge', instance: 'test', log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics('ias-bridge'), signal: stopping.signal },
  }
  const running = runIasBridge({ ours, ias }, life)
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

const textsOn = (bus: MemoryBus, topic: string): string[] =>
  bus.messages(topic).map(({ bytes }) => Buffer.from(bytes).toString())
const fieldsOn = (bus: MemoryBus, topic: string): Record<string, unknown>[] =>
  textsOn(bus, topic).map((text) => JSON.parse(text))
const iasiosOn = (bus: MemoryBus) =>
  bus.messages('alarm.bsdb').flatMap(({ bytes }) => alarmBsdb.decode(bytes).values)

async function until<T>(look: () => T, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = look()
    if (isGood(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const alarm: WireIasio = wireOf({
  ...{ id: 'Hot', fullRunningId: '(S:SUPERVISOR)@(D:DASU)@(A:ASCE)@(Hot:IASIO)', type: 'ALARM' },
  ...{ value: alarmOf('SET_UNACK', 'HIGH'), mode: 'OPERATIONAL', validity: 'RELIABLE' },
  stamps: {
    ...{ readFromMonitoredSystem: null, production: start + 5_000, sentToConverter: null },
    ...{ receivedFromPlugin: null, convertedProduction: null, sentToBsdb: start + 50_000 },
    readFromBsdb: null,
  },
  dependencies: ['(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(T:IASIO)'],
  properties: { actualValue: '51.5' },
})

/** As an IAS supervisor writes it. */
const foreign = {
  ...{ value: 'CLEAR_ACK:MEDIUM', sentToBsdbTStamp: '2018-03-07T13:08:43.5' },
  ...{ productionTStamp: '2018-03-07T13:08:43.524', mode: 'UNKNOWN', iasValidity: 'RELIABLE' },
  fullRunningId: '(Sup:SUPERVISOR)@(Dasu:DASU)@(Asce:ASCE)@(TooManyHighTempAlarm:IASIO)',
  ...{ valueType: 'ALARM', props: { key1: 'value1' } },
}

test('our alarms are on IAS’s BSDB as IAS writes them, and do not come back', within, async () => {
  await using bus = createMemoryBus()
  const bridge = begin(bus, bus)
  const batch = { producer: 'alarm-supervisor', epoch: 1, sequence: 0, values: [alarm] }
  await bus.publish(alarmBsdb, [{ key: 'Hot', record: batch }])
  await until(
    () => fieldsOn(bus, 'BsdbCoreKTopic'),
    (all) => all.length === 1,
  )
  assert.deepEqual(fieldsOn(bus, 'BsdbCoreKTopic'), [
    {
      ...{ value: 'SET_UNACK:HIGH', productionTStamp: '2026-11-21T04:00:00.005' },
      ...{ sentToBsdbTStamp: '2026-11-21T04:00:00.050', mode: 'OPERATIONAL' },
      depsFullRunningIds: ['(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(T:IASIO)'],
      ...{ iasValidity: 'RELIABLE', valueType: 'ALARM' },
      fullRunningId: '(S:SUPERVISOR)@(D:DASU)@(A:ASCE)@(Hot:IASIO)',
      props: { actualValue: '51.5', 'mla.bridged': 'true' },
    },
  ])
  await bus.publish(iasBsdb, [{ key: 'x', record: JSON.stringify(foreign) }])
  await until(
    () => iasiosOn(bus),
    (all) => all.length === 2,
  )
  // Had either come back, it were before this one.
  await bus.publish(alarmBsdb, [{ key: 'Hot', record: { ...batch, sequence: 1 } }])
  await until(
    () => fieldsOn(bus, 'BsdbCoreKTopic'),
    (all) => all.length === 3,
  )
  assert.equal(iasiosOn(bus).length, 3)
  await bridge.stop()
})

test(
  'what IAS’s supervisors make is on our BSDB, with its times as IAS means them',
  within,
  async () => {
    await using ours = createMemoryBus()
    await using ias = createMemoryBus()
    const bridge = begin(ours, ias)
    const bad = [
      ...['no JSON', '7', { ...foreign, fullRunningId: 'x' }, { ...foreign, valueType: 'REAL' }],
      ...[
        { ...foreign, value: 'SET' },
        { ...foreign, mode: 'ASLEEP' },
        { ...foreign, iasValidity: '' },
      ],
    ].map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    const records = [...bad, JSON.stringify(foreign)]
    await ias.publish(
      iasBsdb,
      records.map((record) => ({ key: 'k', record })),
    )
    const [iasio] = await until(
      () => iasiosOn(ours),
      (all) => all.length === 1,
    )
    assert.deepEqual(
      [iasio?.id, iasio?.type, iasio?.value, iasio?.properties],
      ['TooManyHighTempAlarm', 'ALARM', 'CLEAR_ACK:MEDIUM', { key1: 'value1' }],
    )
    const at = Date.UTC(2018, 2, 7, 13, 8, 43) * 1000
    assert.deepEqual([iasio?.production, iasio?.sentToBsdb], [at + 524_000, at + 5_000])
    assert.equal(ours.messages('alarm.bsdb.dead').length, bad.length)
    await bridge.stop()
  },
)

test('what IAS plugins send is on our plugins’ queue; what is none is kept', within, async () => {
  await using ours = createMemoryBus()
  await using ias = createMemoryBus()
  const bridge = begin(ours, ias)
  const point = {
    ...{ id: 'Temperature', value: '12.5', sampleTime: '2026-11-21T04:00:00.7' },
    ...{ operationalMode: 'OPERATIONAL', validity: 'RELIABLE', pluginID: 'P' },
    ...{ monitoredSystemID: 'M', producedByPluginTime: '2026-11-21T04:00:00.80' },
    publishTime: '2026-11-21T04:00:00.123',
  }
  await ias.publish(iasPlugins, [
    { key: 'P', record: JSON.stringify(point) },
    { key: 'P', record: 'no JSON' },
  ])
  const [message] = await until(
    () => ours.messages('alarm.plugins'),
    (all) => all.length === 1,
  )
  const batch = alarmPlugins.decode(message?.bytes ?? new Uint8Array())
  assert.deepEqual([batch.plugin, batch.values[0]?.produced], ['P', start + 80_000])
  await until(
    () => ours.messages('alarm.plugins.dead'),
    (all) => all.length === 1,
  )
  await bridge.stop()
})

const beat: Heartbeat = {
  ...{ component: 'alarm-converter@a', name: 'alarm-converter', subsystem: 'alarm', host: 'a' },
  ...{ version: '1', time: start, started: start, intervalMs: 2000, state: 'ONLINE', reason: null },
  ...{ since: start, isWanted: true, hasEnded: false, cpuPercent: 1, memoryBytes: 1 },
  ...{ logLevel: 'info', configuration: null, configurationProblem: null, figures: [] },
}

test('IAS’s monitor hears how our components are', within, async () => {
  assert.deepEqual(JSON.parse(toIasHeartbeat(beat)), {
    ...{
      timestamp: '2026-11-21T04:00:00.000',
      hbStringrepresentation: 'alarm-converter:CONVERTER@a',
    },
    ...{ state: 'RUNNING', props: { 'mla.bridged': 'true' } },
  })
  const said = (change: Partial<Heartbeat>) => JSON.parse(toIasHeartbeat({ ...beat, ...change }))
  assert.equal(said({ state: 'DEGRADED', reason: 'kafka' }).state, 'PARTIALLY_RUNNING')
  assert.equal(said({ state: 'DEGRADED', reason: 'kafka' }).props.reason, 'kafka')
  assert.equal(said({ hasEnded: true }).state, 'EXITING')
  await using bus = createMemoryBus()
  const bridge = begin(bus, bus)
  await until(
    () => {
      void bus.publish(mlaHeartbeats, [{ key: beat.component, record: beat }])
      return textsOn(bus, 'HeartbeatTopic')
    },
    (all) => all.length > 0,
  )
  await bridge.stop()
})

test(
  'IAS’s tools can ping the bridge; other commands to it are refused with the reason',
  within,
  async () => {
    await using bus = createMemoryBus()
    const bridge = begin(bus, bus)
    const command = {
      ...{
        senderFullRunningId: '(iasSendCmd:CLIENT)',
        destId: 'ias-bridge',
        command: 'PING',
        id: 7,
      },
      ...{ params: [], timestamp: '2026-11-21T04:00:00.5' },
    }
    const told = [command, { ...command, destId: 'Other' }, { ...command, command: 'SHUTDOWN' }]
    await bus.publish(
      iasCommands,
      told.map((one) => ({ key: one.destId, record: JSON.stringify(one) })),
    )
    const replies = await until(
      () => fieldsOn(bus, 'ReplyTopic'),
      (all) => all.length === 2,
    )
    assert.deepEqual(
      replies.map(({ id, command, exitStatus }) => [id, command, exitStatus]),
      [
        [7, 'PING', 'OK'],
        [7, 'SHUTDOWN', 'REJECTED'],
      ],
    )
    assert.equal(answerTo('no JSON', start, start), null)
    assert.equal(
      answerTo(JSON.stringify({ ...command, destId: '*', command: 'RESTART' }), 1, 1),
      null,
    )
    await bridge.stop()
  },
)
