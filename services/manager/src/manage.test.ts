import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { mlaCommands, mlaHeartbeats, mlaReplies } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { buildCdb, type LoadResult } from '@mla/cdb'
import { createRoster, runComponent } from '@mla/control'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { type Command, type CommandReply, type Heartbeat, microsOfMillis } from '@mla/model'
import type { Complaint } from './complaints.ts'
import { runManager } from './run-manager.ts'
import { staysOnline } from './stays-online.ts'

/** A subsystem on a bus in memory: components whose work tells what becomes of it, and managers. */
function stage() {
  const bus = createMemoryBus()
  const folder = mkdtempSync(join(tmpdir(), 'mla-manager-'))
  const roster = createRoster()
  const beats: Heartbeat[] = []
  const replies: CommandReply[] = []
  const watching = new AbortController()
  const told: string[] = []
  const complaints: { all: readonly Complaint[] } = { all: [] }
  let wake = () => {}
  const hear = async () => {
    for await (const one of bus.follow(mlaHeartbeats, 0, watching.signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record, appendTime } of one.messages) {
        roster.hear(record, appendTime)
        beats.push(record)
      }
      wake()
    }
  }
  const answer = async () => {
    for await (const one of bus.follow(mlaReplies, 0, watching.signal)) {
      if (one.kind === 'batch') replies.push(...one.messages.map(({ record }) => record))
      wake()
    }
  }
  const listening = [hear(), answer()]

  const lifeOf = (instance: string, signal: AbortSignal): Life => {
    const name = instance.split('@')[0] ?? ''
    return {
      ...{ name, instance, log: { ...silentLog, level: 'info' } },
      ...{ metrics: createMetrics(name), health: createHealth(), signal },
    }
  }
  const settings = { MLA_DATA: folder, MLA_HEARTBEAT_MS: 100 }
  function start(instance: string, work: (life: Life) => Promise<void>): { end(): Promise<void> } {
    const stop = new AbortController()
    const life = lifeOf(instance, stop.signal)
    async function* cdb() {}
    const parts = { bus, life, subsystem: 'mon', settings, cdb }
    const running = runComponent(parts, ({ life }) => work(life))
    return {
      async end() {
        stop.abort()
        await running
      },
    }
  }
  function startManager(instance: string): { end(): Promise<void> } {
    const stop = new AbortController()
    const life = lifeOf(instance, stop.signal)
    const running = runManager({
      ...{ bus, life, subsystem: 'mon', settings, cdb, stuckSeconds: 1 },
      complain: (all, isLeading) => {
        if (isLeading) complaints.all = all
      },
    })
    return {
      async end() {
        stop.abort()
        await running
      },
    }
  }
  const until = async <T>(find: () => T | undefined | false): Promise<T> => {
    for (;;) {
      const found = find()
      if (found !== undefined && found !== false) return found
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    ...{ bus, told, complaints, roster, start, startManager, until, beats },
    state: (component: string) => roster.of(component)?.state,
    leader: () =>
      roster
        .list()
        .find(
          ({ state, figures }) =>
            state !== 'LOST' && figures.some(({ name, value }) => name === 'leads' && value === 1),
        )?.component,
    async send(command: Partial<Command>): Promise<CommandReply> {
      const id = crypto.randomUUID()
      const record: Command = {
        ...{ id, time: microsOfMillis(Date.now()), target: 'all', command: 'PING', params: [] },
        ...{ by: 'anna', term: null, ...command },
      }
      await bus.publish(mlaCommands, [{ key: record.target, record }])
      return until(() => replies.find((reply) => reply.id === id))
    },
    async end() {
      watching.abort()
      await Promise.all(listening)
      await bus[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function* cdb(signal: AbortSignal): AsyncIterable<LoadResult> {
  const text = [
    'components:',
    '  dispatcher: {subsystem: mon}',
    '  collector: {subsystem: mon, needs: [dispatcher]}',
  ].join('\n')
  const file = { file: 'components.yaml', kind: 'components', name: 'components', text } as const
  yield buildCdb([file], {})
  await aborted(signal)
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Work that tells when it is up, and when it is drained. */
const tellingWork = (told: string[]) => async (life: Life) => {
  told.push(`${life.name} up`)
  life.health.set(life.name, null)
  await aborted(life.signal)
  told.push(`${life.name} drained`)
}

test('a subsystem stops and starts in the order of its needs', async (t) => {
  const { told, start, startManager, state, leader, until, send, end } = stage()
  const work = tellingWork(told)
  const all = ['collector@a:1', 'dispatcher@a:1'].map((one) => start(one, work))
  all.push(startManager('mon-manager@a:1'))
  t.after(async () => {
    for (const one of all) await one.end()
    await end()
  })
  await until(
    () => leader() && state('collector@a') === 'ONLINE' && state('dispatcher@a') === 'ONLINE',
  )
  told.length = 0
  const stopped = await send({ target: 'mon-manager@a', command: 'STOP', params: ['mon'] })
  assert.deepEqual([stopped.accepted, stopped.message], [true, 'STOP of 2 components, in order'])
  await until(() => state('collector@a') === 'STANDBY' && state('dispatcher@a') === 'STANDBY')
  assert.deepEqual(told.splice(0), ['collector drained', 'dispatcher drained'])
  await send({ target: 'mon-manager@a', command: 'START', params: ['mon'] })
  await until(() => state('collector@a') === 'ONLINE' && state('dispatcher@a') === 'ONLINE')
  assert.deepEqual(told.splice(0), ['dispatcher up', 'collector up'])
  const refused = await send({ target: 'mon-manager@a', command: 'STOP' })
  assert.deepEqual([refused.accepted, refused.message], [false, staysOnline])
})

test('a restart goes through the components one after the other', async (t) => {
  const { told, start, startManager, state, leader, until, send, end } = stage()
  const work = tellingWork(told)
  const all = ['collector@a:1', 'dispatcher@a:1'].map((one) => start(one, work))
  all.push(startManager('mon-manager@a:1'))
  t.after(async () => {
    for (const one of all) await one.end()
    await end()
  })
  await until(
    () => leader() && state('collector@a') === 'ONLINE' && state('dispatcher@a') === 'ONLINE',
  )
  told.length = 0
  await send({ target: 'mon-manager@a', command: 'RESTART', params: ['mon'] })
  await until(() => told.length === 4 && state('collector@a') === 'ONLINE')
  const each = ['dispatcher drained', 'dispatcher up', 'collector drained', 'collector up']
  assert.deepEqual(told, each)
})

test('who breaks is started again, and operators are told for as long as it lasts', async (t) => {
  const { start, startManager, state, leader, complaints, until, end } = stage()
  let breaks = 1
  const all = [
    start('dispatcher@a:1', async (life) => {
      if (breaks-- > 0) throw new Error('no disk')
      await tellingWork([])(life)
    }),
    start('collector@a:1', tellingWork([])),
  ]
  await until(() => state('dispatcher@a') === 'FAULT')
  all.push(startManager('mon-manager@a:1'))
  t.after(async () => {
    for (const one of all) await one.end()
    await end()
  })
  await until(() => leader() && complaints.all.length > 0)
  assert.deepEqual(complaints.all, [
    { about: 'dispatcher@a', kind: 'fault', text: 'FAULT: no disk' },
  ])
  await until(() => state('dispatcher@a') === 'ONLINE' && complaints.all.length === 0)
})

test('of two managers one leads; when it goes, the other takes over, and nothing is disturbed', async (t) => {
  const { told, start, startManager, state, leader, until, send, end } = stage()
  const work = tellingWork(told)
  const others = ['collector@a:1', 'dispatcher@a:1'].map((one) => start(one, work))
  const managers = new Map([
    ['mon-manager@a', startManager('mon-manager@a:1')],
    ['mon-manager@b', startManager('mon-manager@b:1')],
  ])
  t.after(async () => {
    for (const one of [...others, ...managers.values()]) await one.end()
    await end()
  })
  await until(() => state('mon-manager@a') === 'ONLINE' && state('mon-manager@b') === 'ONLINE')
  const first = await until(leader)
  const second = [...managers.keys()].find((one) => one !== first) ?? ''
  const notNow = await send({ target: second, command: 'STOP', params: ['mon'] })
  assert.equal(notNow.message, 'another instance leads')
  await managers.get(first)?.end()
  await until(() => leader() === second)
  assert.deepEqual(told, ['collector up', 'dispatcher up'].sort(), 'the work went on')
  const stopped = await send({ target: second, command: 'STOP', params: ['mon'] })
  assert.ok(stopped.accepted)
  await until(() => state('collector@a') === 'STANDBY' && state('dispatcher@a') === 'STANDBY')
})
