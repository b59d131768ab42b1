import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, silentLog } from '@mla/kit'
import type { Message } from './message.ts'
import { createOutbox } from './outbox.ts'
import { createReport } from './report.ts'
import { createWatch } from './watch.ts'

const rules = { silentMs: 180_000, staleMs: 900_000, checkMs: 0, repeatMs: 3_600_000 }
const start = Date.parse('2026-11-21T00:00:00Z')

/** A watchdog whose clock, signs and channel a test holds in its hands. */
function beginning() {
  const told: Message[] = []
  const world = { now: start, newest: null as number | null, isMute: false }
  const report = createReport({ log: silentLog, metrics: createMetrics('watchdog') })
  const channel = {
    name: 'mail' as const,
    async tell(message: Message) {
      if (world.isMute) throw new Error('no mail server')
      told.push(message)
    },
  }
  const watch = createWatch({
    ...{ report, rules, outbox: createOutbox([channel], report) },
    askNewest: async () => world.newest,
    nowMs: () => world.now,
  })
  const after = async (minutes: number, signs: { heard?: boolean; archived?: boolean } = {}) => {
    world.now += minutes * 60_000
    if (signs.heard) watch.heard()
    if (signs.archived) world.newest = world.now - 10_000
    await watch.look()
    return told.splice(0).map(({ subject }) => subject)
  }
  return { world, after }
}

test('with both signs nobody is told anything', async () => {
  const { after } = beginning()
  for (let i = 0; i < 60; i++) {
    assert.deepEqual(await after(2, { heard: true, archived: true }), [])
  }
})

test('alerting that never began is told, and that it began later', async () => {
  const { after } = beginning()
  assert.deepEqual(await after(2, { archived: true }), [])
  assert.deepEqual(await after(2, { archived: true }), ['[MLA] The dead-man alert is silent'])
  assert.deepEqual(await after(30, { archived: true }), [])
  assert.deepEqual(await after(31, { archived: true }), [
    '[MLA] The dead-man alert is silent (still)',
  ])
  assert.deepEqual(await after(1, { heard: true, archived: true }), [
    '[MLA] The dead-man alert is heard again',
  ])
})

test('an archive that stands still is told, also where nobody answers any more', async () => {
  const { world, after } = beginning()
  await after(1, { heard: true, archived: true })
  world.newest = null
  assert.deepEqual(await after(14, { heard: true }), [])
  assert.deepEqual(await after(2, { heard: true }), ['[MLA] Nothing new is archived'])
  world.newest = start
  assert.deepEqual(await after(1, { heard: true }), [], 'an older sample proves nothing')
  assert.deepEqual(await after(1, { heard: true, archived: true }), [
    '[MLA] New samples are archived again',
  ])
})

test('a stamp ahead of the clock does not keep it quiet for ever', async () => {
  const { world, after } = beginning()
  world.newest = start + 365 * 86_400_000
  assert.deepEqual(await after(1, { heard: true }), [])
  world.newest = null
  assert.deepEqual(await after(16, { heard: true }), ['[MLA] Nothing new is archived'])
})

test('what cannot be told is told later, in order, each once', async () => {
  const { world, after } = beginning()
  world.isMute = true
  await after(4, { archived: true })
  await after(1, { heard: true, archived: true })
  world.isMute = false
  assert.deepEqual(await after(1, { heard: true, archived: true }), [
    '[MLA] The dead-man alert is silent',
    '[MLA] The dead-man alert is heard again',
  ])
  assert.deepEqual(await after(1, { heard: true, archived: true }), [])
})
