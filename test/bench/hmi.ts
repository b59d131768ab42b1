import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { type Bus, monSamples, topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { loadCdb, type Point } from '@mla/cdb'
import { createHealth, silentLog } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { freePort, startKafka } from '@mla/stack'
import { z } from 'zod'
import { rateCdb } from '../system/rate-cdb.ts'
import { createServiceProcess, type ServiceProcess } from '../system/service-process.ts'
import type { ClientsFound, ClientsPlan } from './hmi/clients.ts'
import type { Figures } from './run.ts'

export const description =
  'hmi [--seconds 30] [--scene 100x500,1000x20,100x500+1]: WebSocket clients x points at 1 Hz (+ asleep) over Kafka'

/** All 20,000 points change once a second, in so many steps: collectors do not send all at once. */
const steps = 20

/** Each scene on one HMI over a real Kafka: its CPU, and how late clients see a sample. */
export async function run(args: readonly string[]): Promise<readonly Figures[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '30' },
      scene: { type: 'string', default: '100x500,1000x20,100x500+1' },
    },
  })
  await using kafka = await startKafka()
  using cdb = rateCdb(20_000)
  const loaded = await loadCdb(cdb.folder, {})
  if (!loaded.ok) throw new Error('the configuration of the bench is not right')
  const points = [...loaded.cdb.points.values()]
  const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
  const life = { name: 'bench', log: silentLog, health: createHealth() }
  await using bus = await connectKafka(config, life)
  await bus.createTopics(topics)
  const folder = mkdtempSync(join(tmpdir(), 'mla-bench-hmi-'))
  const port = await freePort()
  const env = {
    ...{ MLA_CDB: cdb.folder, MLA_DATA: folder, MLA_HTTP_PORT: String(port) },
    ...{ KAFKA_BROKERS: kafka.brokers.join(','), MLA_LIVE_CLIENTS: '2000' },
    // No archive: live values do without.
    ...{ CASSANDRA_CONTACT_POINTS: '127.0.0.1', CASSANDRA_PORT: '1' },
  }
  await using hmi = createServiceProcess({ name: 'hmi', env, healthPort: port, logFolder: folder })
  await hmi.start()
  using feeder = feed(bus, points)
  const found: Figures[] = []
  for (const scene of values.scene.split(',')) {
    const [, clients, pointsEach, asleep] = /^(\d+)x(\d+)(?:\+(\d+))?$/.exec(scene) ?? []
    const plan = { clients: Number(clients) + Number(asleep ?? 0), pointsEach: Number(pointsEach) }
    found.push({
      scene,
      ...(await play(hmi, Number(values.seconds), {
        ...{ ...plan, asleep: Number(asleep ?? 0), url: hmi.url },
        points: points.map(({ id }) => id),
      })),
      'sent by the feeder, /s': Math.round(feeder.rate()),
    })
  }
  rmSync(folder, { recursive: true, force: true })
  return found
}

async function play(hmi: ServiceProcess, seconds: number, plan: ClientsPlan): Promise<Figures> {
  const worker = new Worker(new URL('./hmi/clients.ts', import.meta.url), { workerData: plan })
  await once(worker, 'message')
  // What the first messages took has its time to drain.
  await delay(3_000)
  const [cpu, began] = [hmi.cpuSeconds(), performance.now()]
  worker.postMessage('begin')
  await delay(seconds * 1_000)
  const took = (performance.now() - began) / 1_000
  const share = (hmi.cpuSeconds() - cpu) / took
  worker.postMessage('end')
  const [found] = (await once(worker, 'message')) as [ClientsFound]
  await worker.terminate()
  return {
    'HMI, % of a core': Math.round(100 * share),
    'HMI, MB at most': Math.round(hmi.peakMegabytes()),
    'samples to clients, /s': Math.round(found.samples / took),
    ...{ 'delay p50, ms': found.p50, 'delay p99, ms': found.p99, 'slowest, ms': found.slowest },
    ...{ folded: found.missed, 'points never heard': found.strangers },
  }
}

/** Sends a new value of each point once a second, lane by lane, as collectors do. */
function feed(bus: Pick<Bus, 'publish'>, points: readonly Point[]) {
  const lanes = Map.groupBy(points, ({ source, lane }) => `${source}#${lane}`)
  const epoch = microsOfMillis(Date.now())
  const sequences = new Map<string, number>()
  let step = 0
  let sent = 0
  const began = performance.now()
  const send = async (): Promise<void> => {
    const now = microsOfMillis(Date.now())
    const place = step++ % steps
    const records = [...lanes].map(([lane, own], index) => {
      const sequence = sequences.get(lane) ?? 0
      sequences.set(lane, sequence + 1)
      const samples = own
        .filter((_, i) => i % steps === place)
        .map(({ id, type }) => ({
          ...{ point: id, sourceTime: now, serverTime: now, collectedTime: now, type },
          ...{ value: type === 'int64' ? BigInt(step) : step / 8, status: 0, text: null },
        }))
      sent += samples.length
      const source = own[0]?.source ?? ''
      const record = { collector: 'bench', epoch, sequence, source, lane, samples }
      return { key: lane, partition: index % 24, record }
    })
    await bus.publish(monSamples, records)
  }
  const timer = setInterval(() => {
    send().catch((error: unknown) => process.stderr.write(`the feeder: ${error}\n`))
  }, 1_000 / steps)
  return {
    rate: () => sent / ((performance.now() - began) / 1_000),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
