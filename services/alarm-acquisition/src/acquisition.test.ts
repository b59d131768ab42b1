import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { alarmBasic, alarmPlugins, type Bus } from '@mla/bus'
import { createMemoryBus, type MemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { MlaError, type PluginBatch } from '@mla/model'
import { alarmAcquisitionEnv, runAlarmAcquisition } from './index.ts'

const within = { timeout: 20_000 }

interface Running {
  readonly life: Life
  readonly http: string
  readonly tcp: number
  stop(): Promise<void>
}

async function begin(bus: Pick<Bus, 'consume' | 'follow' | 'publish'>): Promise<Running> {
  const stopping = new AbortController()
  const life: Life = {
    ...{ name: 'alarm-acquisition', instance: 'test', log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics('alarm-acquisition'), signal: stopping.signal },
  }
  const settings = alarmAcquisitionEnv.parse({ MLA_ALARM_HTTP_PORT: 0, MLA_ALARM_TCP_PORT: 0 })
  const ports = new Map<string, number>()
  const ready = Promise.withResolvers<void>()
  const listening = (way: string, port: number) => {
    ports.set(way, port)
    if (ports.size === 2) ready.resolve()
  }
  const running = runAlarmAcquisition({ bus, settings, listening }, life)
  await ready.promise
  return {
    ...{ life, http: `http://127.0.0.1:${ports.get('http')}`, tcp: ports.get('tcp') ?? 0 },
    stop() {
      stopping.abort()
      return running
    },
  }
}

const valueAt = (produced: number, id = 'T', value = '1') => ({
  ...{ id, value, sampled: 1, produced, mode: 'OPERATIONAL', validity: 'RELIABLE' as const },
})
const batchOf = (...values: PluginBatch['values'][number][]): PluginBatch => ({
  ...{ plugin: 'P', monitoredSystem: 'M', published: 20, values },
})
const publish = (bus: MemoryBus, ...batches: PluginBatch[]) =>
  bus.publish(
    alarmPlugins,
    batches.map((record) => ({ key: record.plugin, record })),
  )

/** The values on `alarm.basic`, as `id value@produced`. */
const basic = (bus: MemoryBus): string[] =>
  bus.messages('alarm.basic').flatMap(({ bytes }) => {
    const { values } = alarmBasic.decode(bytes)
    return values.map(({ id, value, produced }) => `${id} ${value}@${produced}`)
  })
const dead = (bus: MemoryBus) =>
  bus.messages('alarm.plugins.dead').map(({ headers }) => headers['reason'])

async function until<T>(look: () => Promise<T> | T, isGood: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look()
    if (isGood(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function metric({ life }: Running, name: string, labels: object): Promise<number> {
  const found = await life.metrics.registry.getSingleMetric(name)?.get()
  const all = Object.entries(labels)
  const one = found?.values.find((value) => all.every(([key, text]) => value.labels[key] === text))
  return Number(one?.value ?? Number.NaN)
}

test('values come from the bus, copies go, refreshes stay', within, async () => {
  await using bus = createMemoryBus()
  const running = await begin(bus)
  await publish(bus, batchOf(valueAt(10), valueAt(10, 'U')), batchOf(valueAt(10), valueAt(11)))
  await publish(bus, batchOf(valueAt(11)), batchOf(valueAt(12)))
  await until(
    () => basic(bus),
    (all) => all.includes('T 1@12'),
  )
  assert.deepEqual(basic(bus), ['T 1@10', 'U 1@10', 'T 1@11', 'T 1@12'])
  await running.stop()
  assert.equal(await metric(running, 'mla_records_rejected_total', { reason: 'repeat' }), 2)
  assert.equal(await metric(running, 'mla_records_sent_total', {}), 4)
})

test(
  'a successor sends nothing twice that was not committed, and loses nothing',
  within,
  async () => {
    await using bus = createMemoryBus()
    const never: Pick<Bus, 'consume' | 'follow' | 'publish'> = {
      publish: bus.publish,
      follow: bus.follow,
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
    const first = await begin(never)
    await publish(bus, batchOf(valueAt(10)), batchOf(valueAt(11)))
    await until(
      () => basic(bus),
      (all) => all.length > 0,
    )
    await first.stop()
    const sent = basic(bus)
    const second = await begin(bus)
    await publish(bus, batchOf(valueAt(11)), batchOf(valueAt(12)))
    const all = await until(
      () => basic(bus),
      (all) => all.includes('T 1@12'),
    )
    assert.deepEqual(all, ['T 1@10', 'T 1@11', 'T 1@12'], `after ${sent}`)
    await second.stop()
  },
)

test('over HTTP a plugin is told what became of it', within, async () => {
  await using bus = createMemoryBus()
  const running = await begin(bus)
  const post = async (body: string, type = 'application/json') => {
    const answer = await fetch(running.http, {
      ...{ method: 'POST', body, headers: { 'content-type': type } },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const own = {
    plugin: 'P',
    monitoredSystem: 'M',
    id: 'T',
    produced: '1970-01-01T00:00:00.000010Z',
  }
  const one = JSON.stringify({ ...own, value: 1 })
  assert.deepEqual(await post(one), { status: 200, body: { values: 1 } })
  assert.deepEqual(await post(`[${one},${one}]`), { status: 200, body: { values: 2 } })
  assert.equal((await post(`${one}\n${one}\n`, 'application/x-ndjson')).status, 200)
  await until(
    () => basic(bus),
    (all) => all.length > 0,
  )
  const refused = await post(`[${one},{"plugin":"Q"}]`)
  assert.equal(refused.status, 400)
  assert.deepEqual(refused.body['problems'], [
    { message: 1, fault: 'shape', reason: '"monitoredSystem" is missing' },
  ])
  assert.equal((await post('{')).status, 400)
  assert.equal((await fetch(running.http)).status, 405)
  const huge = await post('x'.repeat(4 * 1024 * 1024 + 1)).catch(() => ({ status: 413 }))
  assert.equal(huge.status, 413)
  await running.stop()
  assert.deepEqual(basic(bus), ['T 1@10'])
  assert.equal(await metric(running, 'mla_plugin_values_total', { way: 'http' }), 5)
  const reasons = { way: 'http', reason: 'json' }
  assert.equal(await metric(running, 'mla_plugin_refused_total', reasons), 1)
})

test('over HTTP nothing is taken while the bus is away', within, async () => {
  await using bus = createMemoryBus()
  const away: Pick<Bus, 'consume' | 'follow' | 'publish'> = {
    ...{ consume: bus.consume, follow: bus.follow },
    publish: async () => {
      throw new MlaError('BUS_UNAVAILABLE', 'no broker answered')
    },
  }
  const running = await begin(away)
  const body = JSON.stringify({ plugin: 'P', monitoredSystem: 'M', id: 'T', value: 1 })
  const answer = await fetch(running.http, { method: 'POST', body })
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1'])
  await answer.body?.cancel()
  await running.stop()
})

test(
  'lines over TCP are taken; what is none is told of, and the rest goes on',
  within,
  async () => {
    await using bus = createMemoryBus()
    const running = await begin(bus)
    const socket = connect(running.tcp, '127.0.0.1')
    const line = (produced: string) =>
      `${JSON.stringify({ plugin: 'P', monitoredSystem: 'M', id: 'T', value: 1, produced })}\n`
    socket.write(line('1970-01-01T00:00:00.000010Z'))
    socket.write('not JSON\n')
    socket.write(Buffer.from([0xff, 0xfe, 10]))
    socket.write(`${'x'.repeat(3 * 1024 * 1024)}\n`)
    socket.write(line('1970-01-01T00:00:00.000011Z').trimEnd())
    socket.end()
    await until(
      () => basic(bus),
      (all) => all.length === 2,
    )
    assert.deepEqual(basic(bus), ['T 1@10', 'T 1@11'])
    await until(
      () => dead(bus),
      (all) => all.length === 3,
    )
    const reasons = dead(bus).map((reason) => reason?.split(':')[0])
    assert.deepEqual(reasons, ['json', 'encoding', 'too long'])
    await running.stop()
    for (const reason of ['json', 'encoding', 'too long']) {
      assert.equal(await metric(running, 'mla_plugin_refused_total', { way: 'tcp', reason }), 1)
    }
  },
)

test('a line that never ends takes no memory, and ends with its connection', within, async () => {
  await using bus = createMemoryBus()
  const running = await begin(bus)
  const socket = connect(running.tcp, '127.0.0.1')
  const piece = Buffer.alloc(256 * 1024, 'x')
  for (let sent = 0; sent < 16 * 1024 * 1024; sent += piece.length) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve))
  }
  await until(
    () => dead(bus),
    (all) => all.length === 1,
  )
  socket.destroy()
  await until(
    () => metric(running, 'mla_plugin_connections', { way: 'tcp' }),
    (count) => count === 0,
  )
  await running.stop()
  assert.equal(dead(bus).length, 1, 'it is cut once')
})

test('while the bus is away a TCP plugin waits, and nothing it sent is lost', within, async () => {
  await using bus = createMemoryBus()
  let isAway = true
  const flaky: Pick<Bus, 'consume' | 'follow' | 'publish'> = {
    ...{ consume: bus.consume, follow: bus.follow },
    async publish(topic, records) {
      if (isAway) throw new MlaError('BUS_UNAVAILABLE', 'no broker answered')
      await bus.publish(topic, records)
    },
  }
  const running = await begin(flaky)
  const socket = connect(running.tcp, '127.0.0.1')
  const ids = Array.from({ length: 500 }, (_, index) => `T${index}`)
  for (const id of ids) {
    socket.write(`${JSON.stringify({ plugin: 'P', monitoredSystem: 'M', id, value: 1 })}\n`)
  }
  await until(
    () => metric(running, 'mla_errors_total', { code: 'BUS_UNAVAILABLE' }),
    (count) => count > 0,
  )
  isAway = false
  await until(
    () => basic(bus),
    (all) => all.length >= ids.length,
  )
  assert.deepEqual(
    basic(bus).map((one) => one.split(' ')[0]),
    ids,
  )
  socket.end()
  await running.stop()
})

test('a batch of a plugin whose name is none goes to the dead letters', within, async () => {
  await using bus = createMemoryBus()
  const running = await begin(bus)
  await publish(bus, { ...batchOf(valueAt(10)), plugin: 'a@b' }, batchOf(valueAt(10)))
  await until(
    () => basic(bus),
    (all) => all.length === 1,
  )
  const [letter] = bus.messages('alarm.plugins.dead')
  assert.match(letter?.headers['reason'] ?? '', /the plugin "a@b" is no identifier/)
  assert.equal(alarmPlugins.decode(letter?.bytes ?? new Uint8Array()).plugin, 'a@b')
  await running.stop()
})
