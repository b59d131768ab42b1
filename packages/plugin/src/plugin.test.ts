import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmPlugins, type Bus } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { MlaError } from '@mla/model'
import { createPlugin, type PluginParts } from './index.ts'

const second = 1_000_000

/** A plugin with a clock of its own; `told` is what is on the bus, as `id=value@produced`. */
function stage(bus: MemoryBus, more: Partial<PluginParts> = {}) {
  const clock = { now: 100 * second }
  const losses: number[] = []
  const plugin = createPlugin({
    ...{ bus, plugin: 'P', monitoredSystem: 'M', now: () => clock.now },
    failed: (_, lost) => void losses.push(lost),
    ...more,
  })
  const told = (): string[] =>
    bus.messages('alarm.plugins').flatMap(({ bytes }) =>
      alarmPlugins.decode(bytes).values.map(({ id, value, produced, validity }) => {
        const sign = validity === 'RELIABLE' ? '' : '?'
        return `${id}=${value}${sign}@${produced / second}`
      }),
    )
  return { clock, losses, plugin, told }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('changes go at once; the same again waits for its refresh', async () => {
  await using bus = createMemoryBus()
  const { clock, plugin, told } = stage(bus)
  plugin.put('T', { value: '1' }, 5 * second)
  plugin.put('T', { value: '2' }, 5 * second)
  clock.now += second
  plugin.put('T', { value: '2' }, 5 * second)
  plugin.refresh()
  await plugin[Symbol.asyncDispose]()
  assert.deepEqual(told(), ['T=1@100', 'T=2@100.000001'], 'each change, with a later time')
  clock.now += 5 * second
  plugin.refresh()
  await settled()
  assert.deepEqual(told().slice(2), ['T=2@101'], 'known to hold until it was put last')
  clock.now += 50 * second
  plugin.refresh()
  await settled()
  assert.equal(told().length, 3, 'what nobody confirms is not refreshed')
  plugin.refresh((id) => (id === 'T' ? 150 * second : 0))
  await settled()
  assert.deepEqual(told().slice(3), ['T=2@150'])
})

test('a change of mode or validity is a change, and null is a value', async () => {
  await using bus = createMemoryBus()
  const { plugin, told } = stage(bus)
  plugin.put('T', { value: '1' }, second)
  plugin.put('T', { value: '1', validity: 'UNRELIABLE' }, second)
  plugin.put('T', { value: '1', validity: 'UNRELIABLE', mode: 'MAINTENANCE' }, second)
  plugin.put('T', { value: null, validity: 'UNRELIABLE', mode: 'MAINTENANCE' }, second)
  await plugin[Symbol.asyncDispose]()
  const values = told().map((one) => one.split('@')[0])
  assert.deepEqual(values, ['T=1', 'T=1?', 'T=1?', 'T=null?'])
})

test('times given by the caller are kept, and never go back', async () => {
  await using bus = createMemoryBus()
  const { plugin, told } = stage(bus)
  plugin.put('T', { value: '1', produced: 7 * second }, second)
  plugin.put('T', { value: '2', produced: 6 * second }, second)
  plugin.put('T', { value: '3', produced: 8 * second }, second)
  await plugin[Symbol.asyncDispose]()
  assert.deepEqual(told(), ['T=1@7', 'T=2@7.000001', 'T=3@8'])
})

test('a successor goes on with what was saved', async () => {
  await using bus = createMemoryBus()
  const first = stage(bus)
  first.plugin.put('T', { value: '1' }, second)
  first.plugin.put('U', { value: '1' }, second)
  await first.plugin[Symbol.asyncDispose]()
  const next = stage(bus)
  next.plugin.load(JSON.parse(JSON.stringify(first.plugin.save())))
  next.plugin.put('T', { value: '1', produced: 90 * second }, second)
  next.plugin.put('U', { value: '2', produced: 90 * second }, second)
  await next.plugin[Symbol.asyncDispose]()
  assert.deepEqual(next.told().slice(2), ['U=2@100.000001'], 'later than what was sent before')
})

test('while the bus is away values wait, in order, up to a bound', async () => {
  await using bus = createMemoryBus()
  let isAway = true
  const flaky: Pick<Bus, 'publish'> = {
    async publish(topic, records) {
      if (isAway) throw new MlaError('BUS_UNAVAILABLE', 'no broker answered')
      await bus.publish(topic, records)
    },
  }
  const away = Promise.withResolvers<void>()
  const lost: number[] = []
  const { plugin, told } = stage(bus, {
    ...{ bus: flaky, mostWaiting: 4 },
    failed(_, count) {
      lost.push(count)
      away.resolve()
    },
  })
  plugin.put('T', { value: '0' }, second)
  await away.promise
  for (const value of ['1', '2', '3', '4', '5']) plugin.put('T', { value }, second)
  const room = plugin.room()
  isAway = false
  await room
  plugin.put('T', { value: '6' }, second)
  await plugin[Symbol.asyncDispose]()
  const values = told().map((one) => one.slice(0, 3))
  assert.deepEqual(values, ['T=0', 'T=2', 'T=3', 'T=4', 'T=5', 'T=6'])
  assert.equal(
    lost.reduce((sum, count) => sum + count, 0),
    1,
    'and what is lost is told',
  )
})
