#!/usr/bin/env node
import type { Bus, Topic } from '@mla/bus'
import { createHealth, type Log, parseConfig, silentLog } from '@mla/kit'
import { allSchemas, fingerprintOf, hex, MlaError } from '@mla/model'
import { z } from 'zod'
import type { Adapters, Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { howMany } from './how-many.ts'
import { createOutput } from './output.ts'
import { runProgram } from './program.ts'

/** Copies of each row, of a keyspace that is created. */
const replication = { CASSANDRA_REPLICATION: z.coerce.number().int().min(1).default(1) }

/** Loaded when a command asks: `mla points` should not wait for drivers it does not use. */
const adapters: Adapters = {
  async createTopics(env, log) {
    const { connectKafka, kafkaEnv } = await import('@mla/bus/kafka')
    const { mlaSchemas, topics } = await import('@mla/bus')
    const config = parseConfig(z.object(kafkaEnv), env)
    await using bus = await connectKafka(config, { name: 'mla', log, health: createHealth() })
    await bus.createTopics(topics)
    const schemas = allSchemas.map((schema) => ({
      key: hex(fingerprintOf(schema)),
      record: JSON.stringify(schema),
    }))
    await bus.publish(mlaSchemas, schemas)
    return topics.map(({ name }) => name)
  },
  async fillCdb(env, files, by, log) {
    const { connectKafka, kafkaEnv } = await import('@mla/bus/kafka')
    const { createCdbStore } = await import('@mla/control')
    const config = parseConfig(z.object(kafkaEnv), env)
    await using bus = await connectKafka(config, { name: 'mla', log, health: createHealth() })
    const store = createCdbStore(bus, env)
    const [inForce] = await store.versions()
    if (inForce) return `version ${inForce.number} is in force and stays; see mla cdb apply`
    const published = await store.publish(files, { by, why: 'mla setup' }, 0)
    if (published.ok) return `version ${published.version.number} is in force`
    throw new MlaError('CDB_INVALID', `${published.problems.length} problems: see mla cdb check`)
  },
  async checkKafka(env) {
    return withBus(env, silentLog, async (bus) => {
      const { mlaSchemas, topics } = await import('@mla/bus')
      await bus.ping()
      const missing: string[] = []
      const look = async (topic: Topic<unknown>): Promise<void> => {
        // Who follows a topic that is not there waits for it.
        for await (const _ of bus.follow(topic, Date.now() * 1000, AbortSignal.timeout(8_000)))
          return
        missing.push(topic.name)
      }
      const asTopic = { encode: () => new Uint8Array(), decode: () => null }
      await Promise.all(topics.map((topic) => look({ ...topic, ...asTopic })))
      if (missing.length > 0) {
        throw new Failure(1, `topics are missing: ${missing.join(', ')}`, 'run: mla setup')
      }
      const known = new Set<string | null>()
      for await (const one of bus.follow(mlaSchemas, 0, AbortSignal.timeout(8_000))) {
        if (one.kind === 'caught-up') break
        for (const { key } of one.messages) known.add(key)
      }
      const unknown = allSchemas.filter((schema) => !known.has(hex(fingerprintOf(schema))))
      if (unknown.length === 0) return `${topics.length} topics, ${known.size} schemas`
      throw new Failure(1, `${unknown.length} schemas are not on mla.schemas`, 'run: mla setup')
    })
  },
  async checkCassandra(env) {
    const { cassandraEnv, cassandraSettings, openCassandra } = await import(
      '@mla/archive/cassandra'
    )
    const settings = cassandraSettings(parseConfig(z.object(cassandraEnv), env))
    const parts = { classes: [], classOf: () => '' }
    await using _archive = await openCassandra(settings, parts, silentLog)
    return `keyspace ${settings.keyspace} answers`
  },
  restore: (env, backup, said, log) =>
    withBus(env, log, async (bus) => {
      const { mlaDesired, mlaState, topics } = await import('@mla/bus')
      const { createCdbStore } = await import('@mla/control')
      await bus.createTopics(topics)
      const { configuration, wanted, documents } = backup
      const done: string[] = []
      if (configuration) {
        const published = await createCdbStore(bus, env).publish(configuration.files, said, null)
        if (!published.ok) {
          const problem = `the configuration in it has ${howMany(published.problems.length, 'problem')} here`
          throw new MlaError('CDB_INVALID', `${problem}: ${published.problems[0]?.message}`)
        }
        const { number } = published.version
        done.push(`configuration: version ${configuration.number} is in force again, as ${number}`)
      }
      await bus.publish(
        mlaDesired,
        wanted.map((record) => ({ key: record.scope, record })),
      )
      await bus.publish(
        mlaState,
        documents.map((record) => ({ key: record.key, record })),
      )
      done.push(`${wanted.length} wanted states, ${documents.length} documents`)
      return done
    }),
  async openArchive(env, duckdbFile, cdb) {
    const { archiveClassOf } = await import('@mla/cdb')
    const classes = [...cdb.archiveClasses.values()]
    const parts = { classes, classOf: (point: string) => archiveClassOf(cdb, point) }
    if (duckdbFile !== null) {
      const { openDuckdb } = await import('@mla/archive/duckdb')
      return await openDuckdb({ path: duckdbFile }, parts)
    }
    const { cassandraEnv, cassandraSettings, openCassandra } = await import(
      '@mla/archive/cassandra'
    )
    const settings = cassandraSettings(parseConfig(z.object(cassandraEnv), env))
    return await openCassandra(settings, parts, silentLog)
  },
  async createSchema(env, classes, log) {
    const { cassandraEnv, cassandraSettings, setupCassandra } = await import(
      '@mla/archive/cassandra'
    )
    const config = parseConfig(z.object({ ...cassandraEnv, ...replication }), env)
    const settings = {
      ...cassandraSettings(config),
      replication: config.CASSANDRA_REPLICATION,
    }
    await setupCassandra(settings, classes, log)
    return `keyspace ${settings.keyspace}, classes ${classes.map(({ name }) => name).join(', ')}`
  },
  async *browse(settings, options) {
    const { browse } = await import('@mla/opcua')
    yield* browse(settings, options)
  },
}

async function withBus<T>(env: Cli['env'], log: Log, work: (bus: Bus) => Promise<T>): Promise<T> {
  const { connectKafka, kafkaEnv } = await import('@mla/bus/kafka')
  const config = parseConfig(z.object(kafkaEnv), env)
  await using bus = await connectKafka(config, { name: 'mla', log, health: createHealth() })
  return await work(bus)
}

const { env, stdout, stderr } = process
const stop = new AbortController()
// A second one ends it at once.
process.once('SIGINT', () => stop.abort(new Error('interrupted')))
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has gone, as in `mla points | head`.
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

const cliFor = (json: boolean): Cli => ({
  env,
  out: createOutput(stdout, stderr, {
    json,
    colour: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    width: stdout.isTTY === true ? stdout.columns : null,
  }),
  signal: stop.signal,
  adapters,
})

process.exitCode = await runProgram(process.argv.slice(2), cliFor)
