import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Archive } from '@mla/archive'
import { type CassandraSettings, openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { type Bus, topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createHealth, silentLog } from '@mla/kit'
import {
  type CassandraServer,
  freePorts,
  localDataCenter,
  type SharedKafka,
  startCassandra,
} from '@mla/stack'
import { z } from 'zod'
import { createServiceProcess, type ServiceProcess } from '../../system/service-process.ts'

/** The path of log records as processes over real servers; only the servers run yet. */
export interface LogSystem extends AsyncDisposable {
  readonly collector: ServiceProcess
  readonly consumer: ServiceProcess
  readonly hmi: ServiceProcess
  readonly hmiUrl: string
  /** Where syslog is taken over TCP: the lines, and few others that are watched. */
  readonly port: number
  readonly markerPort: number
  readonly folder: string
  /** Files in it that end in .log are read as source `files`. */
  readonly inbox: string
  /** A log collector with other settings, in place of the usual one. */
  collectorWith(env: Readonly<Record<string, string>>): ServiceProcess
  readonly cassandra: CassandraServer
  readonly bus: Bus
  openArchive(): Promise<Archive>
}

const classes = 'archiveClasses: {standard: {retentionDays: 1}}'

export async function createLogSystem(
  kafka: SharedKafka,
  env: Readonly<Record<string, string>> = {},
  commitLog: 'periodic' | 'batch' = 'periodic',
): Promise<LogSystem> {
  const stack = new AsyncDisposableStack()
  try {
    const folder = mkdtempSync(join(tmpdir(), 'mla-bench-logs-'))
    stack.defer(() => rmSync(folder, { recursive: true, force: true }))
    const [http = 0, port = 0, markerPort = 0, ...health] = await freePorts(5)
    const cdb = join(folder, 'cdb')
    mkdirSync(join(cdb, 'logs'), { recursive: true })
    writeFileSync(join(cdb, 'archive-classes.yaml'), classes)
    const inbox = join(folder, 'inbox')
    mkdirSync(inbox)
    const sources = [
      `hosts: {recipe: syslog, nameBy: host, listen: ['tcp://127.0.0.1:${port}'], lanes: [0, 6, 12, 18]}`,
      `marker: {recipe: syslog, nameBy: id, listen: ['tcp://127.0.0.1:${markerPort}'], lanes: [3]}`,
      `files: {recipe: syslog, nameBy: id, files: {include: ['${inbox}/*.log'], startAt: begin}, lanes: [5]}`,
    ]
    writeFileSync(join(cdb, 'logs/bench.yaml'), `sources:\n  ${sources.join('\n  ')}\n`)

    const cassandra = stack.use(await startCassandra({ commitLog }))
    const settings: CassandraSettings = {
      ...{ contactPoints: cassandra.contactPoints, port: cassandra.port, localDataCenter },
      ...{ keyspace: 'bench_logs', consistency: 'one', user: null, passwordFile: null },
      ...{ tlsCa: null, requestTimeoutMs: 12_000 },
    }
    await setupCassandra({ ...settings, replication: 1 }, [], silentLog)
    const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
    const life = { name: 'bench', log: silentLog, health: createHealth() }
    const bus = stack.use(await connectKafka(config, life))
    await bus.createTopics(topics)

    const given = {
      ...{ MLA_CDB: cdb, MLA_DATA: folder, MLA_HTTP_PORT: String(http), MLA_COLLECTOR: 'bench' },
      ...{ KAFKA_BROKERS: kafka.brokers.join(','), CASSANDRA_PORT: String(cassandra.port) },
      ...{ CASSANDRA_CONTACT_POINTS: cassandra.contactPoints.join(','), MLA_SUBSYSTEM: 'log' },
      ...{ CASSANDRA_KEYSPACE: settings.keyspace, CASSANDRA_CONSISTENCY: 'one' },
      ...env,
    }
    const service = (name: string, healthPort = 0, more = {}): ServiceProcess => {
      const env = { ...given, ...more }
      const settings = { name, env, healthPort, logFolder: folder, flags: moreFlags() }
      return stack.use(createServiceProcess(settings))
    }
    return {
      collector: service('log-collector', health[0]),
      consumer: service('log-consumer', health[1]),
      hmi: service('hmi', http),
      hmiUrl: `http://127.0.0.1:${http}`,
      ...{ port, markerPort, folder, inbox, cassandra, bus },
      collectorWith: (more) => service('log-collector', health[0], more),
      openArchive: () =>
        openCassandra(settings, { classes: [], classOf: () => 'standard' }, silentLog),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** More flags of Node for each service, for a look at what it does: `--cpu-prof --cpu-prof-dir=/tmp/profiles`. */
export const moreFlags = (): readonly string[] =>
  (process.env['MLA_BENCH_FLAGS'] ?? '').split(' ').filter(Boolean)
