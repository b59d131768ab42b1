/** Supervisors that are killed while alarms change: whether all comes out as if none had been. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createMemoryBus } from '@mla/bus/memory'
import { loadCdb } from '@mla/cdb'
import { createHealth, silentLog } from '@mla/kit'
import { freePorts, startKafka } from '@mla/stack'
import { z } from 'zod'
import { type Drive, differences, driveAlarms } from '../alarms/kill-driver.ts'
import { startSupervisor } from '../alarms/killable-supervisor.ts'
import { alarmCdb } from '../system/alarm-cdb.ts'
import { seeded } from '../system/seeded.ts'
import { createServiceProcess, type ServiceProcess } from '../system/service-process.ts'
import { until } from '../system/system.ts'
import type { Figures } from './run.ts'

export const description =
  'alarm-kills [--kills 50] [--bus memory,kafka] [--seed 8]: supervisors killed while alarms change; lost, invented, longest gap'

const alarms = 100

export async function run(args: readonly string[]): Promise<Figures[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '50' },
      bus: { type: 'string', default: 'memory,kafka' },
      seed: { type: 'string', default: '8' },
    },
  })
  const kills = Number(values.kills)
  const random = seeded(Number(values.seed))
  const rows: Figures[] = []
  for (const bus of values.bus.split(',')) {
    const one = bus === 'kafka' ? await overKafka(kills, random) : await inMemory(kills, random)
    rows.push({ bus, kills, ...one })
    process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`)
  }
  return rows
}

/** Killed between two messages, or in the middle of one publish; the successor begins at once. */
async function inMemory(kills: number, random: () => number): Promise<Figures> {
  using made = alarmCdb(alarms)
  const cdb = await loadCdb(made.folder, {})
  if (!cdb.ok) throw new Error('the configuration has problems')
  await using bus = createMemoryBus()
  const ending = new AbortController()
  let supervisor = startSupervisor(bus, cdb, random)
  const drive = driveAlarms({ bus, alarms, random, pauseMs: 500, signal: ending.signal })
  for (let kill = 1; kill <= kills; kill++) {
    await delay(300 + 700 * random())
    await supervisor.kill()
    supervisor = startSupervisor(bus, cdb, random)
  }
  const figures = await judge(drive)
  ending.abort()
  await supervisor.stop()
  return figures
}

/** Two processes over Kafka: who runs the DASUs is killed with SIGKILL, the other one takes over. */
async function overKafka(kills: number, random: () => number): Promise<Figures> {
  using made = alarmCdb(alarms)
  const folder = mkdtempSync(join(tmpdir(), 'mla-bench-'))
  try {
    await using kafka = await startKafka()
    const env = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_SESSION_SECONDS: '6' }
    const life = { name: 'bench', log: silentLog, health: createHealth() }
    await using bus = await connectKafka(z.object(kafkaEnv).parse(env), life)
    await bus.createTopics(topics)
    const ports = await freePorts(2)
    const [first, second] = ports.map((healthPort, i) =>
      createServiceProcess({
        ...{ name: `alarm-supervisor-${i}`, program: 'alarm-supervisor' },
        ...{ healthPort, logFolder: folder },
        env: {
          ...env,
          ...{ MLA_DATA: join(folder, String(i)), MLA_CDB: made.folder },
          MLA_ALARM_SNAPSHOT_SECONDS: '2',
        },
      }),
    ) as [ServiceProcess, ServiceProcess]
    await using one = first
    await using other = second
    await Promise.all([one.start(), other.start()])
    const isActive = async (process: ServiceProcess) =>
      (await process.metric('mla_alarm_supervising')) === 1
    const active = async (): Promise<[ServiceProcess, ServiceProcess] | null> =>
      (await isActive(one)) ? [one, other] : (await isActive(other)) ? [other, one] : null
    await until('a supervisor', async () => (await active()) !== null)
    const ending = new AbortController()
    const drive = driveAlarms({ bus, alarms, random, pauseMs: 2_000, signal: ending.signal })
    for (let kill = 1; kill <= kills; kill++) {
      await delay(500 + 1_500 * random())
      const both = await active()
      if (!both) throw new Error('nobody runs the DASUs')
      const [victim, heir] = both
      await victim.kill()
      await until('the other to take over', () => isActive(heir), 60_000)
      await victim.start()
    }
    const figures = await judge(drive)
    ending.abort()
    return figures
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function judge(drive: Drive): Promise<Figures> {
  const stories = await drive.finish(60_000)
  if (drive.failure !== null) throw drive.failure
  const wrong = differences(stories)
  for (const line of wrong) process.stdout.write(`${line}\n`)
  const total = (of: 'expected' | 'seen') => stories.reduce((sum, one) => sum + one[of].length, 0)
  return {
    alarms: stories.length,
    changesExpected: total('expected'),
    changesSeen: total('seen'),
    alarmsWrong: wrong.length,
    longestGapSeconds: Math.round(drive.longestSeconds * 1000) / 1000,
  }
}
