import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryBus } from '@mla/bus/memory'
import { loadCdb } from '@mla/cdb'
import { differences, driveAlarms } from './alarms/kill-driver.ts'
import { startSupervisor } from './alarms/killable-supervisor.ts'
import { alarmCdb } from './system/alarm-cdb.ts'
import { seeded } from './system/seeded.ts'

const alarms = 20
const kills = 3

test(`killed ${kills} times while alarms change, acknowledgements and shelves among them, none is lost or invented`, {
  timeout: 60_000,
}, async () => {
  using made = alarmCdb(alarms)
  const cdb = await loadCdb(made.folder, {})
  assert.ok(cdb.ok, JSON.stringify(!cdb.ok && cdb.problems))
  const random = seeded(8)
  await using bus = createMemoryBus()
  const ending = new AbortController()
  const { signal } = ending
  let supervisor = startSupervisor(bus, cdb, random)
  const drive = driveAlarms({ bus, alarms, random, pauseMs: 80, signal })
  for (let kill = 1; kill <= kills; kill++) {
    const wanted = drive.changes + alarms + Math.floor(random() * alarms)
    while (drive.changes < wanted) await new Promise((resolve) => setTimeout(resolve, 1))
    await supervisor.kill()
    supervisor = startSupervisor(bus, cdb, random)
  }
  const stories = await drive.finish(30_000)
  ending.abort()
  await supervisor.stop()
  assert.deepEqual(differences(stories), [])
  const steps = stories.reduce((sum, { expected }) => sum + expected.length, 0)
  assert.ok(steps > kills * alarms, 'there was something to lose')
})
