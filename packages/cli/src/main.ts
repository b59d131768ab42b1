#!/usr/bin/env node
import { createHealth, parseConfig } from '@mla/kit'
import { allSchemas, fingerprintOf, hex, MlaError } from '@mla/model'
import { z } from 'zod'
import type { Adapters, Cli } from './cli.ts'
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
