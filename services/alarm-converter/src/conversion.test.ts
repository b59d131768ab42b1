import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iasTypes } from '@mla/alarm'
import { alarmBasic, alarmBsdb, type Bus, partitionOf } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { type Cdb, type IasioDescription, type LoadResult, noLogs } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { createRedelivery, MlaError, type PluginBatch } from '@mla/model'
import { runAlarmConverter } from './index.ts'
import { createLetterBudget } from './letter-budget.ts'

const within = { timeout: 20_000 }

/** A configuration with these IASIOs: `id:TYPE` or, of the template `tel` (1 to 3), `id[]:TYPE`. */
function cdbOf(...iasios: string[]): LoadResult {
  const declared = iasios.map((one): IasioDescription => {
    const [name = '', kind] = one.split(':')
    const type = iasTypes.find((each) => each === kind) ?? 'STRING'
    const template = name.endsWith('[]') ? 'tel' : null
    return {
      ...{ id: name.replace('[]', ''), type, template, description: null, url: null },
      ...{ sound: 'NONE', canShelve: false, emails: [] },
    }
  })
  return configurationOf({
    ...{ supervisors: new Map(), inputs: [] },
    iasios: new Map(declared.map((one) => [one.id, one])),
    templates: new Map([['tel', { min: 1, max: 3 }]]),
  })
}

const configurationOf = (alarms: Cdb['alarms']): LoadResult => ({
  ok: true,
  warnings: [],
  cdb: {
    ...{ version: 'test', sources: new Map(), points: new Map(), archiveClasses: new Map() },
    ...{ components: new Map(), logs: noLogs, alarms },
  },
})

/** Configurations that a test hands out one by one. */
function versions(first: LoadResult) {
  const waiting = [first]
  let wake = () => {}
  return {
    next(result: LoadResult): void {
      waiting.push(result)
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let one = waiting.shift(); one; one = waiting.shift()) yield one
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function begin(bus: Pick<Bus, 'consume' | 'publish'>, first: LoadResult) {
  const stopping = new AbortController()
  const life: Life = {
    ...{ name: 'alarm-converter', instance: 'test', log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics('alarm-converter'), signal: stopping.signal },
  }
  const cdb = versions(first)
  const running = runAlarmConverter({ bus, cdb }, life)
  const counts = async (name: string, label?: string) => {
    const found = await life.metrics.registry.getSingleMetric(name)?.get()
    const values = found?.values.filter(({ labels }) => !label || labels['reason'] === label) ?? []
    return values.reduce((sum, { value }) => sum + Number(value), 0)
  }
  return {
    ...{ cdb, counts },
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

const given = (id: string, value: string | null, produced = 10, mode = 'OPERATIONAL') => ({
  ...{ id, value, sampled: 1, produced, mode, validity: 'RELIABLE' as const },
})
const batchOf = (...values: PluginBatch['values'][number][]): PluginBatch => ({
  ...{ plugin: 'P', monitoredSystem: 'M', published: 20, values },
})
const send = (bus: MemoryBus, ...batches: PluginBatch[]) =>
  bus.publish(
    alarmBasic,
    batches.map((record) => ({ key: record.plugin, record })),
  )
const batchesOn = (bus: MemoryBus) =>
  bus.messages('alarm.bsdb').map(({ bytes }) => alarmBsdb.decode(bytes))
const iasiosOn = (bus: MemoryBus): string[] =>
  batchesOn(bus).flatMap(({ values }) => values.map(({ id, value }) => `${id}=${value}`))
const lettersOn = (bus: MemoryBus) =>
  bus.messages('alarm.basic.dead').map(({ headers }) => headers['reason']?.split(':')[0])

async function until<T>(look: () => Promise<T> | T, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look()
    if (isGood(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('values become IASIOs, on the partition of each, in their order', within, async () => {
  await using bus = createMemoryBus()
  const running = begin(bus, cdbOf('T:DOUBLE', 'X[]:INT', 'A:ALARM'))
  await send(
    bus,
    batchOf(given('T', '1.5'), given('X[!#2!]', '7'), given('A', 'SET_UNACK:HIGH')),
    batchOf(given('T', '2.5'), given('T', null)),
  )
  await until(
    () => iasiosOn(bus),
    (all) => all.length === 5,
  )
  const ofT = batchesOn(bus).flatMap(({ values }) => values.filter(({ id }) => id === 'T'))
  assert.deepEqual(
    ofT.map(({ value, validity }) => `${value} ${validity}`),
    ['1.5 RELIABLE', '2.5 RELIABLE', 'null UNRELIABLE'],
  )
  assert.match(ofT[0]?.fullRunningId ?? '', /^\(M:.*\)@\(P:PLUGIN\)@\(alarm-converter:CONVERTER\)/)
  const [{ production, receivedFromPlugin, sentToBsdb } = {}] = ofT
  assert.equal(production, 10)
  assert.ok(Number(receivedFromPlugin) > 1_700_000_000_000_000, 'time does not begin in 1970')
  assert.ok(Number(sentToBsdb) >= Number(receivedFromPlugin))
  for (const { bytes, key } of bus.messages('alarm.bsdb')) {
    const { values } = alarmBsdb.decode(bytes)
    assert.deepEqual(
      [...new Set(values.map(({ id }) => partitionOf(id, 12)))],
      [partitionOf(key ?? '', 12)],
    )
  }
  await running.stop()
})

test('what is no IASIO is counted and kept with the reason; the rest goes on', within, async () => {
  await using bus = createMemoryBus()
  const running = begin(bus, cdbOf('T:DOUBLE', 'X[]:INT'))
  await send(
    bus,
    batchOf(given('Y', '1'), given('X', '1'), given('X[!#4!]', '1'), given('T', 'warm')),
    batchOf(given('T', '1', 10, 'ASLEEP'), given('T', '2')),
  )
  await until(
    () => iasiosOn(bus),
    (all) => all.length === 1,
  )
  assert.deepEqual(lettersOn(bus), ['unknown', 'instance', 'instance', 'value', 'mode'])
  const [letter] = bus.messages('alarm.basic.dead')
  assert.deepEqual(alarmBasic.decode(letter?.bytes ?? new Uint8Array()).values, [given('Y', '1')])
  assert.equal(letter?.headers['topic'], 'alarm.basic')
  await running.stop()
  assert.equal(await running.counts('mla_records_rejected_total', 'instance'), 2)
  assert.equal(await running.counts('mla_records_sent_total'), 1)
})

test('the configuration changes while it runs', within, async () => {
  await using bus = createMemoryBus()
  const running = begin(bus, cdbOf('T:DOUBLE'))
  await send(bus, batchOf(given('U', '1')))
  await until(
    () => lettersOn(bus),
    (all) => all.length === 1,
  )
  running.cdb.next({ ok: false, problems: [] })
  running.cdb.next(cdbOf('U:INT'))
  await until(
    async () => {
      await send(bus, batchOf(given('U', '2')))
      return iasiosOn(bus)
    },
    (all) => all.includes('U=2'),
  )
  await running.stop()
})

test('without alarms in the configuration every value is unknown', within, async () => {
  await using bus = createMemoryBus()
  const running = begin(bus, configurationOf(null))
  await send(bus, batchOf(given('T', '1')))
  await until(
    () => lettersOn(bus),
    (all) => all.length === 1,
  )
  await running.stop()
})

test('who takes over sends copies that are known as such, and loses nothing', within, async () => {
  await using bus = createMemoryBus()
  const neverCommits: Pick<Bus, 'consume' | 'publish'> = {
    publish: bus.publish,
    consume(topic, group, signal) {
      const consumer = bus.consume(topic, group, signal)
      return {
        [Symbol.asyncIterator]: () => consumer[Symbol.asyncIterator](),
        lag: 0,
        commit: async () => {
          throw new MlaError('BUS_UNAVAILABLE', 'no broker answered')
        },
      }
    },
  }
  await send(bus, batchOf(given('T', '1'), given('U', '1')), batchOf(given('T', '2')))
  const first = begin(neverCommits, cdbOf('T:INT', 'U:INT'))
  await until(
    () => iasiosOn(bus),
    (all) => all.length >= 2,
  )
  await first.stop()
  const before = iasiosOn(bus).length
  const second = begin(bus, cdbOf('T:INT', 'U:INT'))
  await send(bus, batchOf(given('T', '3')))
  await until(
    () => iasiosOn(bus),
    (all) => all.includes('T=3'),
  )
  await second.stop()
  assert.ok(iasiosOn(bus).length > before + 1, 'copies were sent')
  const cameBefore = createRedelivery()
  const seen = batchesOn(bus)
    .filter(({ producer, epoch, sequence }) => {
      return !cameBefore({ collector: producer, epoch, lane: '', sequence })
    })
    .flatMap(({ values }) => values.map(({ id, value }) => `${id}=${value}`))
  assert.deepEqual(seen.sort(), ['T=1', 'T=2', 'T=3', 'U=1'])
})

test('a value that is wrong again and again does not fill the dead letters', () => {
  const isWorthIt = createLetterBudget()
  const letters = (id: string, fault: string, fromSecond: number, toSecond: number) => {
    let count = 0
    for (let second = fromSecond; second < toSecond; second++) {
      if (isWorthIt(id, fault, second * 1_000_000)) count++
    }
    return count
  }
  assert.equal(letters('T', 'value', 0, 60), 10, 'the first ones')
  assert.equal(letters('T', 'value', 60, 660), 10, 'then one a minute')
  assert.equal(letters('T', 'mode', 660, 665), 5, 'each fault by itself')
  assert.equal(letters('U', 'value', 660, 665), 5, 'and each identifier')
})
