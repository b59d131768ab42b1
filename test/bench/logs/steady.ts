import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { SharedKafka } from '@mla/stack'
import { checkArchived } from './archived.ts'
import { bytesOfTables } from './archives.ts'
import { watchTail } from './live-tail.ts'
import { createLogSystem } from './log-system.ts'

const runProgram = promisify(execFile)

export interface SteadySettings {
  readonly seconds: number
  /** Megabytes a second; 0: as fast as they are taken, as many as `seconds` at 25 MB/s. */
  readonly rate: number
  readonly connections: number
}

/**
 * Syslog over TCP through Kafka into Cassandra, with an operator who watches: what of it is in the archive,
 * what it took, and how late the operator saw it.
 */
export async function runSteady(
  kafka: SharedKafka,
  { seconds, rate, connections }: SteadySettings,
): Promise<Record<string, number | string>> {
  await using system = await createLogSystem(kafka)
  const { collector, consumer, hmi, cassandra } = system
  const services = [collector, consumer, hmi]
  for (const one of services) await one.start()
  const from = Date.now() * 1000
  const tail = await watchTail(system.hmiUrl, system.markerPort)
  const cpuBefore = services.map((one) => one.cpuSeconds())
  const began = performance.now()
  const sender = join(import.meta.dirname, 'sender.ts')
  const megabytes = seconds * (rate > 0 ? rate : 25)
  const given = [system.port, connections, megabytes, rate].map(String)
  const { stdout } = await runProgram(process.execPath, [sender, ...given])
  const sent: { lines: number[]; bytes: number } = JSON.parse(stdout)
  const sentSeconds = (performance.now() - began) / 1000
  const watched = await tail.end()
  const lines = sent.lines.reduce((sum, count) => sum + count, 0)
  const total = lines + watched.markersSent
  const received = () => consumer.metric('mla_records_received_total')
  for (let tries = 0; (await received()) < total && tries < 1200; tries++) await delay(100)
  const seconds_ = (performance.now() - began) / 1000
  const [collectorCpu = 0, consumerCpu = 0, hmiCpu = 0] = services.map(
    (one, i) => one.cpuSeconds() - (cpuBefore[i] ?? 0),
  )
  const peaks = services.map((one) => one.peakMegabytes())
  const lost = await kernelAndShed(collector)
  for (const one of services) await one.stop()

  await using archive = await system.openArchive()
  const found = await checkArchived(archive, sent.lines, from)
  await cassandra.stop()
  const disk = bytesOfTables(cassandra.folder, 'bench_logs')
  const sentMb = sent.bytes / 1e6
  return {
    part: rate > 0 ? `steady, ${rate} MB/s` : 'as fast as taken',
    ...{ megabytes: sentMb, records: lines, ...found, ...lost },
    sent_mb_per_s: sentMb / sentSeconds,
    archived_mb_per_s: sentMb / seconds_,
    collector_cores: collectorCpu / seconds_,
    consumer_cores: consumerCpu / seconds_,
    hmi_cores: hmiCpu / seconds_,
    collector_mb_per_cpu_s: sentMb / collectorCpu,
    consumer_mb_per_cpu_s: sentMb / consumerCpu,
    ...{ collector_peak_mb: peaks[0] ?? 0, consumer_peak_mb: peaks[1] ?? 0 },
    hmi_peak_mb: peaks[2] ?? 0,
    ...watched,
    disk_ratio: sent.bytes / disk,
  }
}

async function kernelAndShed(collector: { metric(name: string): Promise<number> }) {
  return { shed: await collector.metric('mla_log_shed_total') }
}
