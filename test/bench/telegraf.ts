/** CPU of a value from OPC-UA to Kafka: the collector beside Telegraf, on the same simulator. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { monSamples, topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { describeProblems, loadCdb } from '@mla/cdb'
import { createHealth, silentLog } from '@mla/kit'
import { isGapMarker } from '@mla/model'
import { freePorts, startKafka } from '@mla/stack'
import { Kafka, logLevel } from 'kafkajs'
import { z } from 'zod'
import { cpuOf, createServiceProcess, peakOf } from '../system/service-process.ts'
import { until } from '../system/system.ts'
import { readTruth } from '../system/truth.ts'
import { telegrafBinary, telegrafVersion } from './telegraf/binary.ts'
import { telegrafConfig } from './telegraf/config.ts'
import { namespacesOf } from './telegraf/namespaces.ts'

export const description =
  'telegraf [--seconds 60] [--warmup 20] [--cdb cdb] [--zstd]: OPC-UA to Kafka beside Telegraf (with --zstd, both compress)'

interface Contestant {
  readonly name: string
  arrived(): number
  cpuSeconds(): number
  peakMegabytes(): number
}

export async function run(
  args: readonly string[],
): Promise<readonly Record<string, number | string>[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      warmup: { type: 'string', default: '20' },
      cdb: { type: 'string', default: 'cdb' },
      zstd: { type: 'boolean', default: false },
    },
  })
  const root = join(import.meta.dirname, '../..')
  const binary = await telegrafBinary()
  const [opcua = 0, control = 0, ...health] = await freePorts(4)
  const given = { MLA_OPCUA_PORT: String(opcua), MLA_OPCUA_HOST: '127.0.0.1' }
  const loaded = await loadCdb(resolve(root, values.cdb), given)
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems))

  await using stack = new AsyncDisposableStack()
  const kafka = stack.use(await startKafka())
  const folder = mkdtempSync(join(tmpdir(), 'mla-telegraf-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const env = {
    ...given,
    MLA_CDB: values.cdb,
    MLA_DATA: folder,
    MLA_SIMULATOR_CONTROL_PORT: String(control),
    // Telegraf asks for all of its nodes in one call.
    MLA_SIMULATOR_MAX_ITEMS_PER_CALL: '50000',
    MLA_COLLECTOR: 'collector-1',
    KAFKA_BROKERS: kafka.brokers.join(','),
  }
  const service = (name: string, healthPort = 0) =>
    stack.use(createServiceProcess({ name, env, healthPort, logFolder: folder }))
  const simulator = service('opcua-simulator', health[0])
  await simulator.start()

  const measured = async (one: Contestant) => {
    await until(`values of ${one.name} in Kafka`, async () => one.arrived() > 1000, 120_000)
    await delay(Number(values.warmup) * 1000)
    const figures = async () => ({
      truth: await readTruth(`http://127.0.0.1:${control}`, 'nothing'),
      arrived: one.arrived(),
      cpu: one.cpuSeconds(),
      at: performance.now(),
    })
    // What is on its way at the two ends differs by up to a second's worth.
    const before = await figures()
    await delay(Number(values.seconds) * 1000)
    const after = await figures()
    const seconds = (after.at - before.at) / 1000
    const [made, arrived] = [
      after.truth.queued - before.truth.queued,
      after.arrived - before.arrived,
    ]
    const cpu = after.cpu - before.cpu
    return {
      collector: one.name,
      seconds,
      made,
      arrived,
      delivered_percent: (100 * arrived) / made,
      arrived_per_s: arrived / seconds,
      cpu_s: cpu,
      us_per_value: (1e6 * cpu) / arrived,
      peak_mb: one.peakMegabytes(),
    }
  }

  const ours = await (async () => {
    await using counting = await countOurs(kafka.brokers)
    const collector = service('opcua-collector', health[1])
    await collector.start()
    const row = await measured({ ...collector, name: 'MLA', arrived: counting.arrived })
    await collector.stop()
    return row
  })()
  const theirs = await (async () => {
    await using counting = await countLines(kafka.brokers, 'telegraf')
    const namespaces = await namespacesOf(`opc.tcp://127.0.0.1:${opcua}`, folder)
    const config = telegrafConfig(loaded.cdb, {
      brokers: kafka.brokers,
      topic: 'telegraf',
      namespaces,
      zstd: values.zstd,
    })
    await using telegraf = await startTelegraf(binary, config, folder)
    const name = `Telegraf ${telegrafVersion}`
    try {
      return await measured({ ...telegraf, name, arrived: counting.arrived })
    } catch (cause) {
      throw new Error(`Telegraf: ${telegraf.log()}`, { cause })
    }
  })()
  return [ours, theirs]
}

/** Counts the samples of `mon.samples` as they arrive. */
async function countOurs(brokers: readonly string[]) {
  const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: brokers.join(',') })
  const life = { name: 'count', log: silentLog, health: createHealth() }
  const bus = await connectKafka(config, life)
  await bus.createTopics(topics)
  const stop = new AbortController()
  let count = 0
  const counting = (async () => {
    for await (const followed of bus.follow(monSamples, Date.now() * 1000, stop.signal)) {
      if (followed.kind !== 'batch') continue
      for (const { record } of followed.messages) {
        for (const sample of record.samples) if (!isGapMarker(sample)) count += 1
      }
    }
  })()
  return {
    arrived: () => count,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await counting
      await bus[Symbol.asyncDispose]()
    },
  }
}

/** Counts the lines of a topic as they arrive; Telegraf writes one a value. */
async function countLines(brokers: readonly string[], topic: string) {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 24 }], waitForLeaders: true })
  await admin.disconnect()
  const consumer = kafka.consumer({ groupId: `count-${topic}` })
  let count = 0
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        for (const byte of value ?? []) if (byte === 10) count += 1
      }
    },
  })
  return { arrived: () => count, [Symbol.asyncDispose]: () => consumer.disconnect() }
}

async function startTelegraf(binary: string, config: string, folder: string) {
  const [file, logFile] = [join(folder, 'telegraf.conf'), join(folder, 'telegraf.log')]
  writeFileSync(file, config)
  const log = createWriteStream(logFile)
  await once(log, 'open')
  const child = spawn(binary, ['--config', file], { stdio: ['ignore', log, log] })
  const { pid } = child
  if (pid === undefined) throw new Error(`${binary} does not start`)
  const exited = once(child, 'exit')
  const tail = () => readFileSync(logFile, 'utf8').slice(-2000)
  const alive = () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`Telegraf ended:\n${tail()}`)
    }
  }
  return {
    log: tail,
    cpuSeconds() {
      alive()
      return cpuOf(pid)
    },
    peakMegabytes() {
      alive()
      return peakOf(pid)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
