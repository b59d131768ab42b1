/** One fault after another while log records flow: what was sent, archived, shed and doubled. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startKafka } from '@mla/stack'
import type { ServiceProcess } from '../system/service-process.ts'
import { type Archived, checkArchived } from './logs/archived.ts'
import { logFaults } from './logs/faults.ts'
import { createLogSystem, type LogSystem } from './logs/log-system.ts'

export const description =
  'logs-faults [--rate 5] [--seconds 20] [--away 8] [--only <words>]: services killed, servers away, spool and disk full, while log records flow'

const options = {
  rate: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '20' },
  away: { type: 'string', default: '8' },
  only: { type: 'string', default: '' },
} as const

export async function run(
  args: readonly string[],
): Promise<readonly Record<string, number | string>[]> {
  const { values } = parseArgs({ args: [...args], options })
  await using kafka = await startKafka()
  await using system = await createLogSystem(kafka, {}, 'batch')
  await system.consumer.start()
  const rows: Record<string, number | string>[] = []
  for (const fault of logFaults.filter(({ name }) => name.includes(values.only))) {
    await using folder = await fault.folder(system)
    if (typeof folder.path !== 'string') {
      rows.push({ fault: fault.name, note: folder.path.reason })
      continue
    }
    const collector = system.collectorWith({ MLA_DATA: folder.path, ...fault.env })
    await collector.start()
    const from = Date.now() * 1000
    const load = {
      megabytes: Number(values.rate) * Number(values.seconds),
      rate: Number(values.rate),
    }
    const sending = fault.send(system, load)
    await delay(3_000)
    await fault.happen({ system, kafka, collector, awayMs: 1000 * Number(values.away) })
    const sent = await sending
    const recovered = await settled(system, collector)
    const shed = await collector.metric('mla_log_shed_total')
    await using archive = await system.openArchive()
    const found = await archivedAtLast(() => checkArchived(archive, sent, from, fault.source), shed)
    await collector.stop()
    const total = sent.reduce((sum, count) => sum + count, 0)
    const { archived, missing, doubled } = found
    const row = { fault: fault.name, sent: total, archived, shed, doubled }
    rows.push({ ...row, unexplained: missing - shed, backlog_s: recovered })
    process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`)
  }
  return rows
}

/** What a consumer that just came back has still to read is late; what is not there after a minute is lost. */
async function archivedAtLast(check: () => Promise<Archived>, shed: number): Promise<Archived> {
  const began = performance.now()
  for (;;) {
    const found = await check()
    if (found.missing <= shed || performance.now() - began > 60_000) return found
    await delay(3_000)
  }
}

/**
 * Waits until nothing is on its way any more, and all that the consumer has is stored and committed (an open
 * block of some size is stored seldom); the seconds that it took.
 */
async function settled({ consumer }: LogSystem, collector: ServiceProcess): Promise<number> {
  const began = performance.now()
  let quiet = 0
  while (quiet < 4 && performance.now() - began < 120_000) {
    await delay(500)
    const waiting = await Promise.all([
      collector.metric('mla_spool_bytes'),
      collector.metric('mla_queue_bytes'),
      consumer.metric('mla_bus_lag_messages'),
      consumer.metric('mla_archive_open_log_records'),
    ]).catch(() => [1])
    const isQuiet = waiting.every((size) => size === 0)
    quiet = isQuiet ? quiet + 1 : 0
  }
  return Math.round((performance.now() - began - 2_000) / 100) / 10
}
