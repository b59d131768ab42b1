/** From Kafka to the archive: batches put on mon.samples by a generator, at rates that rise. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { monSamples } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createHealth, silentLog } from '@mla/kit'
import { startCassandra, startKafka } from '@mla/stack'
import { z } from 'zod'
import { createSystem, until } from '../system/system.ts'
import { createGenerator } from './ingest/sample-generator.ts'

export const description =
  'ingest [--rates 50000,100000,150000,200000] [--seconds 60]: Kafka to Cassandra, loss and cost'

/** Seconds of log in a block: the blocks of a short run are as large as those of an observatory. */
const cutSeconds = 20

export async function run(args: readonly string[]): Promise<Record<string, unknown>[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rates: { type: 'string', default: '50000,100000,150000,200000' },
      seconds: { type: 'string', default: '60' },
    },
  })
  const rows: Record<string, unknown>[] = []
  for (const rate of values.rates.split(',').map(Number)) {
    rows.push(await measure(rate, Number(values.seconds)))
    process.stdout.write(`${JSON.stringify(rows.at(-1))}\n`)
  }
  return rows
}

async function measure(rate: number, seconds: number): Promise<Record<string, unknown>> {
  await using kafka = await startKafka()
  await using cassandra = await startCassandra()
  await using system = await createSystem({ kafka, cassandra, cdbFolder: 'cdb', cutSeconds })
  const { dispatcher, cdb } = system
  await dispatcher.start()
  const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
  const life = { name: 'generator', log: silentLog, health: createHealth() }
  await using bus = await connectKafka(config, life)
  const points = [...cdb.points.values()].filter(({ type }) => type === 'float').slice(0, 10_000)
  const generator = createGenerator(points.map(({ id }) => id))

  const began = Date.now()
  const spent = dispatcher.cpuSeconds()
  let sent = 0
  let worstLag = 0
  for (let tick = 1; tick <= seconds * 10; tick++) {
    const batches = generator.batches(Math.round(rate / 10), Date.now() * 1000)
    sent += batches.reduce((sum, { record }) => sum + record.samples.length, 0)
    await bus.publish(monSamples, batches)
    if (tick % 10 === 0) {
      worstLag = Math.max(worstLag, sent - (await dispatcher.metric('mla_records_received_total')))
    }
    await delay(Math.max(0, began + tick * 100 - Date.now()))
  }
  const sendingS = (Date.now() - began) / 1000
  await until('the dispatcher to read all', async () => {
    return (await dispatcher.metric('mla_records_received_total')) >= sent
  })
  const behindS = (Date.now() - began) / 1000 - sendingS
  const cores = (dispatcher.cpuSeconds() - spent) / sendingS
  const megabytes = dispatcher.peakMegabytes()
  await dispatcher.stop()

  await using archive = await system.openArchive()
  let archived = 0
  for (const { id } of points) {
    archived += await archive.count(id, began * 1000 - 60e6, Date.now() * 1000 + 60e6)
  }
  return {
    wanted_per_s: rate,
    sent_per_s: Math.round(sent / sendingS),
    sent,
    archived,
    lost: Math.max(0, sent - archived),
    doubled: Math.max(0, archived - sent),
    worst_lag_values: worstLag,
    behind_at_end_s: Math.round(behindS * 10) / 10,
    cores_dispatcher: Math.round(cores * 1000) / 1000,
    mb_dispatcher: Math.round(megabytes),
  }
}
