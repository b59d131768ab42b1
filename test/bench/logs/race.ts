import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createHealth, silentLog } from '@mla/kit'
import { freePorts, type SharedKafka } from '@mla/stack'
import { Kafka, logLevel } from 'kafkajs'
import { z } from 'zod'
import { createServiceProcess } from '../../system/service-process.ts'
import { checkArrived } from './arrived.ts'
import { moreFlags } from './log-system.ts'
import { startRsyslog } from './rsyslog.ts'

export interface RaceSettings {
  readonly megabytes: string
  readonly rate: string
  readonly connections: string
  /** rsyslog compresses, too. */
  readonly zstd: boolean
}

const runProgram = promisify(execFile)

interface Contestant {
  readonly name: string
  readonly port: number
  cpuSeconds(): number
  peakMegabytes(): number
  /** Records that Kafka has of it. */
  arrived(): Promise<number>
}

/** From TCP to Kafka: the log collector, then rsyslog, on the same lines. */
export async function runRace(
  kafka: SharedKafka,
  values: RaceSettings,
): Promise<readonly Record<string, number | string>[]> {
  const [healthPort = 0, ourPort = 0, theirPort = 0] = await freePorts(3)
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mla-logs-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
  const life = { name: 'bench', log: silentLog, health: createHealth() }
  const bus = stack.use(await connectKafka(config, life))
  await bus.createTopics(topics)

  const measured = async (one: Contestant) => {
    const sender = join(import.meta.dirname, 'sender.ts')
    const given = [one.port, values.connections, values.megabytes, values.rate].map(String)
    const before = one.cpuSeconds()
    const began = performance.now()
    const { stdout } = await runProgram(process.execPath, [sender, ...given])
    const sent: { lines: number[]; bytes: number } = JSON.parse(stdout)
    const lines = sent.lines.reduce((sum, count) => sum + count, 0)
    for (let tries = 0; (await one.arrived()) < lines && tries < 300; tries++) await delay(100)
    const seconds = (performance.now() - began) / 1000
    const cpu = one.cpuSeconds() - before
    const megabytes = sent.bytes / 1e6
    return {
      sent: sent.lines,
      row: {
        part: one.name,
        megabytes,
        records: lines,
        arrived: await one.arrived(),
        mb_per_s: megabytes / seconds,
        cpu_s: cpu,
        mb_per_cpu_s: megabytes / cpu,
        us_per_record: (1e6 * cpu) / lines,
        peak_mb: one.peakMegabytes(),
      },
    }
  }

  const ours = await (async () => {
    const cdb = join(folder, 'cdb')
    mkdirSync(join(cdb, 'logs'), { recursive: true })
    writeFileSync(
      join(cdb, 'archive-classes.yaml'),
      'archiveClasses: {standard: {retentionDays: 1}}',
    )
    const source = `{recipe: syslog, listen: ['tcp://127.0.0.1:${ourPort}'], lanes: [0, 6, 12, 18]}`
    writeFileSync(join(cdb, 'logs/bench.yaml'), `sources: {hosts: ${source}}`)
    const env = { KAFKA_BROKERS: kafka.brokers.join(','), MLA_CDB: cdb, MLA_DATA: folder }
    await using service = createServiceProcess({
      name: 'log-collector',
      env,
      healthPort,
      logFolder: folder,
      flags: moreFlags(),
    })
    await service.start()
    const arrived = () => service.metric('mla_records_sent_total')
    const { row, sent } = await measured({ ...service, name: 'MLA', port: ourPort, arrived })
    await service.stop()
    const { missing, doubled } = await checkArrived(bus, sent)
    return { ...row, missing, doubled }
  })()

  const theirs = await (async () => {
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.ERROR }).admin()
    await admin.connect()
    await admin.createTopics({
      topics: [{ topic: 'rsyslog', numPartitions: 24 }],
      waitForLeaders: true,
    })
    const compression = values.zstd ? 'zstd' : 'none'
    const { brokers } = kafka
    await using rsyslog = await startRsyslog({
      port: theirPort,
      brokers,
      topic: 'rsyslog',
      folder,
      compression,
    })
    const arrived = async () => {
      const offsets = await admin.fetchTopicOffsets('rsyslog')
      return offsets.reduce((sum, { high }) => sum + Number(high), 0)
    }
    const { row } = await measured({
      ...rsyslog,
      name: `rsyslog (${compression})`,
      port: theirPort,
      arrived,
    })
    await admin.disconnect()
    return {
      ...row,
      missing: Math.max(0, row.records - row.arrived),
      doubled: Math.max(0, row.arrived - row.records),
    }
  })()
  return [ours, theirs]
}
