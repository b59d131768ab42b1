import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bus, mlaHeartbeats } from '@mla/bus'
import type { ComponentStatus } from '@mla/control'
import { runComponent } from '@mla/control'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { componentOf } from './components.fixture.ts'
import { type Fixture, openClient, openHmi } from './hmi.fixture.ts'
import { staysOnline } from './stays-online.ts'

const fields = 'id name subsystem host version state reason since lastHeartbeat figures'

interface Shown {
  readonly id: string
  readonly state: string
  readonly reason: string | null
  readonly figures: Readonly<Record<string, number>>
}

async function beat(bus: Bus, component: string, more: Partial<ComponentStatus> = {}) {
  const { lastHeartbeat, state, ...heartbeat } = componentOf(component, more)
  if (state === 'LOST') throw new Error('nobody says of itself that it is lost')
  const record = { ...heartbeat, state }
  await bus.publish(mlaHeartbeats, [{ key: component, record }])
}

/** Asks until the answer is so. */
async function until(hmi: Fixture, query: string, isSo: (all: readonly Shown[]) => boolean) {
  for (;;) {
    const { data } = await hmi.query<{ components: readonly Shown[] }>(query)
    if (isSo(data.components)) return data.components
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A component beside the HMI, which says that it is there and does as it is told. */
function startComponent(bus: Bus, name: string, more: object = {}): AsyncDisposable {
  const stop = new AbortController()
  const life: Life = {
    ...{ name, instance: `${name}@test`, log: { ...silentLog, level: 'info' } },
    ...{ metrics: createMetrics(name), health: createHealth(), signal: stop.signal },
  }
  const settings = { MLA_DATA: `/tmp/mla-hmi-test-${process.pid}`, MLA_HEARTBEAT_MS: 100 }
  async function* cdb() {}
  const parts = { bus, life, subsystem: 'mon', settings, cdb, ...more }
  const running = runComponent(parts, async ({ life: { health, signal } }) => {
    health.set(name, null)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

test('components are listed as they say they are', async () => {
  await using hmi = await openHmi({})
  const figures = [{ name: 'received', value: 12 }]
  await beat(hmi.bus, 'mon-dispatcher@a', { state: 'DEGRADED', reason: 'away', figures })
  const query = `{ components { ${fields} } }`
  const [one] = await until(hmi, query, (all) => all.length === 1)
  assert.equal(one?.id, 'mon-dispatcher@a')
  assert.deepEqual([one?.state, one?.reason], ['DEGRADED', 'away'])
  assert.equal(one?.figures['received'], 12)
})

test('components at a time are as they were then', async () => {
  await using hmi = await openHmi({})
  await beat(hmi.bus, 'a@x', { state: 'STARTING' })
  await until(hmi, '{ components { id state } }', (all) => all.length === 1)
  const between = await pause()
  await beat(hmi.bus, 'a@x', { state: 'ONLINE' })
  await until(hmi, '{ components { id state } }', (all) => all[0]?.state === 'ONLINE')
  const then = `{ components(at: "${new Date(between).toISOString()}") { id state } }`
  const { data } = await hmi.query<{ components: Shown[] }>(then)
  assert.deepEqual(data.components, [{ id: 'a@x', state: 'STARTING' }])
})

/** A moment that no message has: the clock of the bus counts milliseconds. */
async function pause(): Promise<number> {
  const start = Date.now()
  while (Date.now() < start + 2) await new Promise((resolve) => setImmediate(resolve))
  const moment = Date.now()
  while (Date.now() < moment + 2) await new Promise((resolve) => setImmediate(resolve))
  return moment
}

test('a subscription brings all components, then those with news', async () => {
  await using hmi = await openHmi({})
  await beat(hmi.bus, 'a@x')
  await until(hmi, '{ components { id state } }', (all) => all.length === 1)
  await using client = await openClient(hmi.url)
  client.subscribe('1', 'subscription { c: components { id state } }')
  const next = async () => {
    const { payload } = await client.next()
    return (payload as { data: { c: readonly Shown[] } }).data.c
  }
  assert.deepEqual(await next(), [{ id: 'a@x', state: 'ONLINE' }])
  await beat(hmi.bus, 'b@x', { state: 'STARTING' })
  assert.deepEqual(await next(), [{ id: 'b@x', state: 'STARTING' }])
})

const command = `mutation ($component: ID!, $command: Command!, $params: [String!]) {
  command(component: $component, command: $command, params: $params) {
    component command accepted message time } }`
interface Reply {
  readonly command: { readonly accepted: boolean; readonly message: string | null }
}

test('a command reaches its component, and its answer the operator', async () => {
  await using hmi = await openHmi({})
  await using _dispatcher = startComponent(hmi.bus, 'mon-dispatcher')
  const online = (all: readonly Shown[]) => all[0]?.state === 'ONLINE'
  await until(hmi, '{ components { id state } }', online)
  const component = 'mon-dispatcher@test'
  const stopped = await hmi.query<Reply>(command, { component, command: 'STOP' })
  assert.equal(stopped.data.command.accepted, true)
  const standby = (all: readonly Shown[]) => all[0]?.state === 'STANDBY'
  await until(hmi, '{ components { id state } }', standby)
  const again = await hmi.query<Reply>(command, { component, command: 'STOP' })
  assert.deepEqual(
    [again.data.command.accepted, again.data.command.message],
    [false, 'it is in STANDBY already'],
  )
  await hmi.query<Reply>(command, { component, command: 'START' })
  await until(hmi, '{ components { id state } }', online)
  const level = { component, command: 'SET_LOG_LEVEL', params: ['debug'] }
  assert.match((await hmi.query<Reply>(command, level)).data.command.message ?? '', /from debug on/)
})

test('the HMI itself refuses to be stopped, and says why', async () => {
  await using hmi = await openHmi({})
  await using _self = startComponent(hmi.bus, 'hmi', { subsystem: 'hmi', staysOnline })
  await until(hmi, '{ components { id state } }', (all) => all.length === 1)
  const { data } = await hmi.query<Reply>(command, { component: 'hmi@test', command: 'STOP' })
  assert.deepEqual(data.command, {
    ...{ component: 'hmi@test', command: 'STOP', accepted: false, message: staysOnline },
    time: (data.command as unknown as { time: string }).time,
  })
})

test('a component that nobody is called is an error that names those there are', async () => {
  await using hmi = await openHmi({})
  await beat(hmi.bus, 'a@x')
  await until(hmi, '{ components { id state } }', (all) => all.length === 1)
  const { errors } = await hmi.query(command, { component: 'b', command: 'PING' })
  assert.match(errors?.[0]?.message ?? '', /no component is called "b"; there are a@x/)
  assert.equal(errors?.[0]?.extensions['code'], 'QUERY_INVALID')
})
