import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaDesired } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { type LoadResult, noLogs } from '@mla/cdb'
import { MlaError, microsOfMillis } from '@mla/model'
import { aborted, openComponent, temporaryFolder } from './component.fixture.ts'

test('it comes up ONLINE, stops to STANDBY with its work drained, and starts again', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  const first = await component.beat(({ state }) => state === 'ONLINE')
  assert.equal(first.component, 'mon-dispatcher@test', 'no process number in it')
  assert.ok(first.memoryBytes > 0 && first.version !== '')

  assert.equal((await component.reply(await component.send({ command: 'STOP' }))).accepted, true)
  const standby = await component.beat(({ state, isWanted }) => state === 'STANDBY' && !isWanted)
  assert.deepEqual(component.told, ['begun', 'drained'])
  assert.ok(component.life.health.report().ready, 'it is as it is wanted')

  await component.reply(await component.send({ command: 'START' }))
  await component.beat(({ state, since }) => state === 'ONLINE' && since > standby.since)
  assert.deepEqual(component.told, ['begun', 'drained', 'begun'])
})

test('each command is answered once; the same again gets the same reply and is not done', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  await component.beat(({ state }) => state === 'ONLINE')
  for (let i = 0; i < 3; i++) await component.send({ id: 'same', command: 'RESTART' })
  const last = await component.send({ command: 'PING' })
  await component.reply(last)
  const same = component.replies.filter(({ id }) => id === 'same')
  assert.equal(same.length, 3, 'each time')
  assert.equal(new Set(same.map((reply) => JSON.stringify(reply))).size, 1, 'alike')
  await component.beat(({ state, since }) => state === 'ONLINE' && since >= (same[0]?.time ?? 0))
  assert.deepEqual(component.told, ['begun', 'drained', 'begun'])
})

test('a command answered before a restart of the process is not carried out again', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  {
    await using component = openComponent({ bus, folder: folder.path })
    await component.beat(({ state }) => state === 'ONLINE')
    await component.reply(await component.send({ id: 'once', command: 'RESTART' }))
    const ended = component.beat(({ hasEnded }) => hasEnded)
    await component.end()
    await ended
  }
  const restarted = microsOfMillis(Date.now())
  await using again = openComponent({ bus, folder: folder.path })
  await again.beat(({ state, since }) => state === 'ONLINE' && since >= restarted)
  await again.reply(await again.send({ command: 'PING' }))
  assert.deepEqual(again.told, ['begun'])
  assert.equal(again.replies.filter(({ id }) => id === 'once').length, 1)
})

test('what the state does not allow is refused in words', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  await component.beat(({ state }) => state === 'ONLINE')
  const refused = await component.reply(await component.send({ command: 'START' }))
  assert.deepEqual([refused.accepted, refused.message], [false, 'it is ONLINE already'])
  const late = { command: 'STOP', time: microsOfMillis(Date.now() - 60_000) } as const
  const expired = await component.reply(await component.send(late))
  assert.match(expired.message ?? '', /60 s ago/)
  assert.equal(component.told.length, 1)
})

test('commands reach it by itself, its service, its subsystem and all, not by others', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  const targets = ['mon-dispatcher@test', 'mon-dispatcher', 'mon', 'all']
  const others = ['mon-dispatcher@other', 'log', 'hmi']
  const foreign = await Promise.all(others.map((target) => component.send({ target })))
  for (const target of targets) await component.reply(await component.send({ target }))
  assert.ok(component.replies.every(({ id }) => !foreign.includes(id)))
})

test('what was wanted is remembered on its disk, when the bus forgets', async () => {
  using folder = temporaryFolder()
  for (const before of [null, 'STOP'] as const) {
    await using bus = createMemoryBus()
    await using component = openComponent({ bus, folder: folder.path })
    const state = before === null ? 'ONLINE' : 'STANDBY'
    await component.beat((beat) => beat.state === state)
    if (before === null) {
      await component.reply(await component.send({ command: 'STOP' }))
      await component.beat((beat) => beat.state === 'STANDBY')
    } else assert.deepEqual(component.told, [], 'no work was begun')
  }
})

test('what is wanted of its subsystem later than of itself counts when it starts', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  for (const [scope, isOnline] of [
    ['mon-dispatcher@test', true],
    ['mon', false],
  ] as const) {
    const record = { scope, isOnline, time: 1, by: 'anna' }
    await bus.publish(mlaDesired, [{ key: scope, record }])
  }
  await using component = openComponent({ bus, folder: folder.path })
  await component.beat(({ state, isWanted }) => state === 'STANDBY' && !isWanted)
  assert.deepEqual(component.told, [])
})

test('what hinders the work makes it DEGRADED with the reason, and it goes on', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  await component.beat(({ state }) => state === 'ONLINE')
  component.life.health.set('kafka', 'BUS_UNAVAILABLE: no broker answers')
  const degraded = await component.beat(({ state }) => state === 'DEGRADED')
  assert.equal(degraded.reason, 'kafka: BUS_UNAVAILABLE: no broker answers')
  component.life.health.set('kafka', null)
  await component.beat(({ state, since }) => state === 'ONLINE' && since > degraded.since)
  assert.deepEqual(component.told, ['begun'])
})

test('its heartbeats say which configuration it runs, and why it refused the newest', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  const next = Promise.withResolvers<void>()
  const empty = {
    sources: new Map(),
    points: new Map(),
    archiveClasses: new Map(),
    components: new Map(),
    logs: noLogs,
    alarms: null,
  }
  const problem = { file: 'sources.yaml', path: '', line: 3, message: 'no lanes', cure: 'add them' }
  async function* cdb(signal: AbortSignal): AsyncIterable<LoadResult> {
    yield { ok: true, cdb: { version: '17', ...empty }, warnings: [] }
    await next.promise
    yield { ok: false, problems: [problem] }
    await aborted(signal)
  }
  await using component = openComponent({ bus, folder: folder.path, cdb })
  await component.beat(({ configuration }) => configuration === '17')
  await component.reply(await component.send({ command: 'RECONFIGURE' }))
  next.resolve()
  const split = await component.beat(({ configurationProblem }) => configurationProblem !== null)
  assert.equal(split.configuration, '17', 'it keeps the old one')
  assert.match(split.configurationProblem ?? '', /sources.yaml:3[\s\S]*no lanes/)
  assert.deepEqual(component.told, ['begun', '17', '17', 'refused'])
})

test('its figures are what its metrics count', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  const { metrics } = component.life
  metrics.counter('mla_records_rejected_total', 'x', ['reason']).add(2, { reason: 'a' })
  metrics.counter('mla_records_rejected_total', 'x', ['reason']).add(3, { reason: 'b' })
  const isSo = ({ name, value }: { name: string; value: number }) =>
    name === 'rejected' && value === 5
  await component.beat(({ figures }) => figures.some(isSo))
})

test('who stays online refuses STOP with its reason, and its failure ends the process', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  const more = { staysOnline: 'operators need it' }
  await using component = openComponent({ bus, folder: folder.path, more })
  const refused = await component.reply(await component.send({ command: 'STOP' }))
  assert.deepEqual([refused.accepted, refused.message], [false, 'operators need it'])
  async function* broken(): AsyncIterable<LoadResult> {
    yield* []
    throw new MlaError('CONFIG_INVALID', 'the port is taken')
  }
  await using other = openComponent({
    ...{ bus, folder: folder.path, name: 'hmi', cdb: broken, more },
  })
  await assert.rejects(other.ended, { message: 'the port is taken' })
})

test('its last heartbeat says that it has ended in order', async () => {
  using folder = temporaryFolder()
  await using bus = createMemoryBus()
  await using component = openComponent({ bus, folder: folder.path })
  await component.beat(({ state }) => state === 'ONLINE')
  await component.end()
  const last = await component.beat(({ hasEnded }) => hasEnded)
  assert.equal(last.state, 'STANDBY')
  assert.deepEqual(component.told, ['begun', 'drained'])
})
