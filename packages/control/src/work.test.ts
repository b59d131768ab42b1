import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { createWork } from './work.ts'

/** Work that tells what happens to it, and ends as it is told. */
function stage() {
  const told: string[] = []
  const health = createHealth()
  const drained = { wait: Promise.resolve() }
  let current: Life | null = null
  let crash: (error: Error) => void = () => {}
  const work = createWork({
    life: {
      ...{ name: 'w', instance: 'w@h', log: silentLog, metrics: createMetrics('w'), health },
      signal: new AbortController().signal,
    },
    async run(life) {
      current = life
      life.health.set('w', 'waiting for partitions')
      await new Promise<void>((resolve, reject) => {
        crash = reject
        life.signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await drained.wait
    },
    changed: ({ state }, before) => void (state !== before.state && told.push(state)),
    failed: (error) => void told.push(String(error)),
    now: () => 0,
  })
  const ready = () => {
    current?.health.set('w', null)
    work.look()
  }
  return { told, health, drained, work, ready, crash: (error: Error) => crash(error) }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('work goes from STANDBY to ONLINE and back, as often as asked', async () => {
  const { told, health, work, ready } = stage()
  for (let round = 0; round < 3; round++) {
    work.start()
    await turn()
    work.look()
    assert.equal(work.life.reason, 'w: waiting for partitions')
    ready()
    await work.stop('asked')
  }
  const each = ['STARTING', 'ONLINE', 'STOPPING', 'STANDBY']
  assert.deepEqual(told, ['STANDBY', ...each, ...each, ...each])
  assert.ok(health.report().ready, 'who waits in STANDBY as wanted is ready')
})

test('STANDBY comes when all is drained, not before', async () => {
  const { work, drained, ready } = stage()
  const gate = Promise.withResolvers<void>()
  drained.wait = gate.promise
  work.start()
  await turn()
  ready()
  const stopped = work.stop('asked')
  await turn()
  assert.deepEqual([work.life.state, work.life.reason], ['STOPPING', 'asked'])
  gate.resolve()
  await stopped
  assert.equal(work.life.state, 'STANDBY')
})

test('work that fails is a FAULT with its reason, and can be started again', async () => {
  const { told, health, work, ready, crash } = stage()
  work.start()
  await turn()
  ready()
  crash(new Error('no disk'))
  await turn()
  assert.deepEqual([work.life.state, work.life.reason], ['FAULT', 'no disk'])
  assert.deepEqual(health.report(), { ready: false, parts: { w: 'no disk' } })
  work.start()
  await turn()
  ready()
  assert.equal(work.life.state, 'ONLINE')
  assert.ok(told.includes('Error: no disk'))
})

test('a stop while it starts ends the start; a restart is both', async () => {
  const { told, work } = stage()
  work.start()
  await turn()
  await work.restart('asked')
  await turn()
  assert.deepEqual(told, ['STANDBY', 'STARTING', 'STOPPING', 'STANDBY', 'STARTING'])
})
