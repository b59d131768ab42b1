import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Archive } from '@mla/archive'
import { type CassandraSettings, openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { archiveClassOf, type Cdb, type CdbText, describeProblems, loadCdb } from '@mla/cdb'
import { createCdbStore } from '@mla/control'
import { createHealth, silentLog } from '@mla/kit'
import { freePorts, localDataCenter, type SharedCassandra, type SharedKafka } from '@mla/stack'
import { z } from 'zod'
import { createServiceProcess, type ServiceProcess } from './service-process.ts'

export interface SystemSettings {
  readonly kafka: SharedKafka
  readonly cassandra: SharedCassandra
  /** In the repository, or absolute. */
  readonly cdbFolder: string
  /** Seconds of a block; short runs want several blocks. */
  readonly cutSeconds: number
  /** Settings of the services that are not as every test wants them. */
  readonly env?: Readonly<Record<string, string>>
  /** Publishes these files on `mla.cdb`, which all but the simulator then follow. */
  readonly cdbOnBus?: readonly CdbText[]
}

/** The whole monitoring path as processes over real servers; nothing runs yet. */
export interface System extends AsyncDisposable {
  readonly cdb: Cdb
  readonly simulator: ServiceProcess
  readonly collector: ServiceProcess
  readonly dispatcher: ServiceProcess
  readonly hmi: ServiceProcess
  /** mon-manager; most tests do not start it. */
  readonly manager: ServiceProcess
  readonly simulatorControl: string
  readonly hmiUrl: string
  readonly folder: string
  /** What each of its processes is set to, for more of them. */
  readonly env: Readonly<Record<string, string>>
  openArchive(): Promise<Archive>
}

const root = join(import.meta.dirname, '../..')

export async function createSystem(settings: SystemSettings): Promise<System> {
  const { kafka, cassandra, cdbFolder, cutSeconds } = settings
  const folder = mkdtempSync(join(tmpdir(), 'mla-system-'))
  const ports = await freePorts(7)
  const [opcua = 0, control = 0, http = 0, ...health] = ports.map(Number)
  const keyspace = `system_${Date.now().toString(36)}`
  const given = { MLA_OPCUA_PORT: String(opcua), MLA_OPCUA_HOST: '127.0.0.1' }
  const loaded = await loadCdb(resolve(root, cdbFolder), given)
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems))
  const { cdb } = loaded
  const classes = [...cdb.archiveClasses.values()]

  const archiveSettings: CassandraSettings = {
    ...{ contactPoints: cassandra.contactPoints, port: cassandra.port, localDataCenter, keyspace },
    ...{
      consistency: 'one',
      user: null,
      passwordFile: null,
      tlsCa: null,
      requestTimeoutMs: 12_000,
    },
  }
  await setupCassandra({ ...archiveSettings, replication: 1 }, classes, silentLog)
  const kafkaConfig = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
  const life = { name: 'setup', log: silentLog, health: createHealth() }
  await using bus = await connectKafka(kafkaConfig, life)
  await bus.createTopics(topics)
  const { cdbOnBus } = settings
  if (cdbOnBus) {
    await createCdbStore(bus, given).publish(cdbOnBus, { by: 'test', why: 'the beginning' }, null)
  }

  const env = {
    ...given,
    MLA_CDB: cdbFolder,
    MLA_DATA: folder,
    MLA_SIMULATOR_CONTROL_PORT: String(control),
    MLA_HTTP_PORT: String(http),
    MLA_CUT_SECONDS: String(cutSeconds),
    MLA_COLLECTOR: 'collector-1',
    KAFKA_BROKERS: kafka.brokers.join(','),
    CASSANDRA_CONTACT_POINTS: cassandra.contactPoints.join(','),
    CASSANDRA_PORT: String(cassandra.port),
    CASSANDRA_KEYSPACE: keyspace,
    CASSANDRA_CONSISTENCY: 'one',
    ...settings.env,
  }
  const service = (name: string, healthPort: number, program = name) => {
    const isFollower = cdbOnBus && name !== 'opcua-simulator'
    const own = { ...env, MLA_SUBSYSTEM: 'mon', ...(isFollower ? { MLA_CDB: 'bus' } : {}) }
    return createServiceProcess({ name, program, env: own, healthPort, logFolder: folder })
  }
  const system = {
    simulator: service('opcua-simulator', health[0] ?? 0),
    collector: service('opcua-collector', health[1] ?? 0),
    dispatcher: service('mon-dispatcher', health[2] ?? 0),
    hmi: service('hmi', http),
    manager: service('mon-manager', health[3] ?? 0, 'manager'),
  }
  return {
    ...system,
    cdb,
    folder,
    env,
    simulatorControl: `http://127.0.0.1:${control}`,
    hmiUrl: `http://127.0.0.1:${http}`,
    openArchive: () =>
      openCassandra(
        archiveSettings,
        { classes, classOf: (point) => archiveClassOf(cdb, point) },
        silentLog,
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(system).map((one) => one[Symbol.asyncDispose]()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits for something to become true; says what it waited for when it does not. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const so = await isSo().catch((error: unknown) => {
      if (Date.now() > deadline) throw error
      return false
    })
    if (so) return
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s for ${what}`)
    await delay(200)
  }
}
