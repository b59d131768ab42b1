/** From a sample that enters Kafka to its alarm on an operator's WebSocket, and a flood of all alarms. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { monSamples, type Outgoing } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { createHealth, silentLog } from '@mla/kit'
import type { Sample, SampleBatch } from '@mla/model'
import { freePorts, startCassandra, startKafka } from '@mla/stack'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { writeAlarms } from '../system/alarm-cdb.ts'
import { rateCdb } from '../system/rate-cdb.ts'
import { seeded } from '../system/seeded.ts'
import { createServiceProcess } from '../system/service-process.ts'
import { createSystem, until } from '../system/system.ts'
import { followStages, machineSeconds } from './alarm-stages.ts'
import type { Figures } from './run.ts'

export const description =
  'alarm-latency [--seconds 60] [--pulses 50] [--stages] [--profile <folder>]: 20,000 values/s, 5,000 alarms in 200 DASUs; sample in Kafka to WebSocket, p50, p99, p99.9; then a flood'

const valuesPerSecond = 20_000
const dasuCount = 200
const ofEach = 24
const lanes = 24
const tickMs = 20

export async function run(args: readonly string[]): Promise<Figures> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      pulses: { type: 'string', default: '50' },
      stages: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  using made = rateCdb(valuesPerSecond)
  const inputs = Array.from({ length: dasuCount * ofEach }, (_, n) => {
    const [telescope, point] = [1 + Math.floor(n / 550), 1 + (n % 550)]
    return `Tel0${telescope}/Load1/P${String(point).padStart(4, '0')}`
  })
  const alarmOf = (input: string) => `${input}/TooHigh`
  const dasus = Array.from({ length: dasuCount }, (_, d) =>
    inputs.slice(d * ofEach, (d + 1) * ofEach).map((input) => ({ input, output: alarmOf(input) })),
  )
  writeAlarms(made.folder, { dasus, withSummary: true, points: inputs })

  await using kafka = await startKafka()
  await using cassandra = await startCassandra()
  await using system = await createSystem({
    ...{ kafka, cassandra, cdbFolder: made.folder, cutSeconds: 300 },
    // Written when a process ends in order.
    env: values.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` } : {},
  })
  const names = ['alarm-acquisition', 'alarm-converter', 'alarm-supervisor', 'alarm-dispatcher']
  const [http = 0, tcp = 0, ...ports] = await freePorts(2 + names.length)
  const env = {
    ...system.env,
    ...{ MLA_ALARM_HTTP_PORT: String(http), MLA_ALARM_TCP_PORT: String(tcp) },
  }
  const services = names.map((name, i) =>
    createServiceProcess({ name, env, healthPort: ports[i] ?? 0, logFolder: system.folder }),
  )
  await using stack = new AsyncDisposableStack()
  for (const one of services) stack.use(one)
  // One after the other: all at once they would take longer on two cores.
  for (const one of [system.dispatcher, system.hmi, ...services]) await one.start()
  const all = [system.dispatcher, system.hmi, ...services]

  const config = z.object(kafkaEnv).parse({ KAFKA_BROKERS: kafka.brokers.join(',') })
  await using bus = await connectKafka(config, {
    ...{ name: 'generator', log: silentLog, health: createHealth() },
  })
  const load = createLoad([...system.cdb.points.keys()])
  const watched = await watchAlarms(system.hmiUrl)
  stack.defer(() => watched.close())
  const ending = new AbortController()
  stack.defer(() => ending.abort())
  const stages = values.stages ? followStages(bus, ending.signal) : null

  const delays: number[] = []
  const waiting = new Map<string, { readonly since: number; readonly isSet: boolean }>()
  watched.onAlarm = (id, isSet, at) => {
    const one = waiting.get(id)
    if (!one || one.isSet !== isSet) return
    waiting.delete(id)
    delays.push(at - one.since)
  }
  let sent = 0
  const send = async (lane: number): Promise<void> => {
    const batch = load.batch(lane, (valuesPerSecond * tickMs) / 1000)
    sent += batch.record.samples.length
    await bus.publish(monSamples, [batch])
  }
  const runFor = async (seconds: number, each: (lane: number) => void): Promise<void> => {
    const began = performance.now()
    for (let tick = 0; tick < (seconds * 1000) / tickMs; tick++) {
      each(tick % lanes)
      await send(tick % lanes)
      await delay(Math.max(0, began + (tick + 1) * tickMs - performance.now()))
    }
  }
  // All of them are known, and the services are warm.
  for (let i = 0; watched.known() < inputs.length && i < 60; i++) await runFor(2, () => {})
  if (watched.known() < inputs.length) throw new Error(`${watched.known()} alarms are known`)
  await runFor(10, () => {})

  const random = seeded(8)
  const inLane = Array.from({ length: lanes }, (_, lane) =>
    inputs.filter((id) => load.laneOf(id) === lane),
  )
  stages?.begin()
  const busy = machineSeconds()
  const cpu = all.map((one) => one.cpuSeconds())
  const [beginning, sentBefore] = [performance.now(), sent]
  let owed = 0
  let pulses = 0
  await runFor(Number(values.seconds), (lane) => {
    for (owed += (Number(values.pulses) * tickMs) / 1000; owed >= 1; owed--) {
      const candidates = inLane[lane] ?? []
      const id = candidates[Math.floor(random() * candidates.length)] ?? ''
      if (waiting.has(alarmOf(id))) continue
      const isSet = load.toggle(id)
      waiting.set(alarmOf(id), { since: performance.now(), isSet })
      pulses++
    }
  })
  const seconds = (performance.now() - beginning) / 1000
  const rate = (sent - sentBefore) / seconds
  const machine = (machineSeconds() - busy) / seconds
  const stageFigures = stages?.figures() ?? {}
  const cores = all.map((one, i) => (one.cpuSeconds() - (cpu[i] ?? 0)) / seconds)
  for (let i = 0; waiting.size > 0 && i < 10; i++) await runFor(1, () => {})
  const sorted = delays.toSorted((a, b) => a - b)
  const quantile = (part: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0) * 10) /
    10
  const figures = {
    ...{ values_per_s: Math.round(rate), pulses, arrived: sorted.length },
    ...{ p50_ms: quantile(0.5), p99_ms: quantile(0.99), p999_ms: quantile(0.999) },
    max_ms: quantile(1),
    ...stageFigures,
    cores_of_all: Math.round(machine * 100) / 100,
    ...Object.fromEntries(
      all.map(({ name }, i) => [`cores_${name}`, Math.round((cores[i] ?? 0) * 1000) / 1000]),
    ),
  }
  const flood = await floodOf(inputs, load, watched, system.hmiUrl, (lane) => send(lane))
  const memory = Object.fromEntries(
    all.map((one) => [`mb_${one.name}`, Math.round(one.peakMegabytes())]),
  )
  if (values.profile) for (const one of all) await one.stop()
  return { ...figures, ...flood, ...memory }

  /** Sets all that are clear, within a second, and waits until each is seen. */
  async function floodOf(
    ids: readonly string[],
    own: Load,
    seen: Watched,
    url: string,
    publish: (lane: number) => Promise<void>,
  ): Promise<Figures> {
    const left = new Set<string>()
    for (const id of ids) {
      if (own.isHigh(id)) continue
      own.toggle(id)
      left.add(alarmOf(id))
    }
    const size = left.size
    let slowest = 0
    let isOver = false
    const asking = (async () => {
      while (!isOver) {
        const began = performance.now()
        const query = '{ alarms(filter: {active: true, minPriority: MEDIUM}) { id state } }'
        await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        }).then((answer) => answer.arrayBuffer())
        slowest = Math.max(slowest, performance.now() - began)
        await delay(200)
      }
    })()
    seen.onAlarm = (id, isSet) => {
      if (isSet) left.delete(id)
    }
    const began = performance.now()
    // Each lane once with all of its points, over a second.
    for (let lane = 0; lane < lanes; lane++) {
      own.rewind(lane)
      for (let part = 0; part < 3; part++) await publish(lane)
      await delay(Math.max(0, began + ((lane + 1) * 1000) / lanes - performance.now()))
    }
    const sentMs = performance.now() - began
    await until('the flood', async () => left.size === 0, 60_000).catch(() => undefined)
    const allMs = performance.now() - began
    isOver = true
    await asking
    return {
      ...{ flood_alarms: size, flood_lost: left.size, flood_sent_ms: Math.round(sentMs) },
      ...{ flood_seen_ms: Math.round(allMs), flood_slowest_query_ms: Math.round(slowest) },
    }
  }
}

type Load = ReturnType<typeof createLoad>
type Watched = Awaited<ReturnType<typeof watchAlarms>>

/** Samples as collectors send them: each point in its lane, in turn, its value wandering a little. */
function createLoad(points: readonly string[]) {
  const high = new Set<string>()
  const laneOf = new Map(points.map((id, i) => [id, i % lanes]))
  const inLane = Array.from({ length: lanes }, (_, lane) =>
    points.filter((_, i) => i % lanes === lane),
  )
  const urgent = Array.from({ length: lanes }, (): string[] => [])
  const next = new Array<number>(lanes).fill(0)
  const sequences = new Array<number>(lanes).fill(0)
  const epoch = Date.now() * 1000
  let last = 0
  const stamp = (): number => {
    last = Math.max(last + 1, Date.now() * 1000)
    return last
  }
  const sampleOf = (point: string): Sample => {
    const time = stamp()
    const wandering = Math.round(Math.random() * 100) / 100
    return {
      ...{ point, sourceTime: time, serverTime: time, collectedTime: time, type: 'double' },
      ...{ value: (high.has(point) ? 100 : 20) + wandering, text: null, status: 0 },
    }
  }
  return {
    laneOf: (id: string) => laneOf.get(id) ?? 0,
    isHigh: (id: string) => high.has(id),
    /** Its next sample, at the head of its lane's next batch, has another side of the limit. */
    toggle(id: string): boolean {
      const isSet = !high.delete(id)
      if (isSet) high.add(id)
      urgent[laneOf.get(id) ?? 0]?.push(id)
      return isSet
    },
    rewind(lane: number): void {
      next[lane] = 0
      urgent[lane] = []
    },
    batch(lane: number, size: number): Outgoing<SampleBatch> {
      const own = inLane[lane] ?? []
      const first = urgent[lane]?.splice(0) ?? []
      const samples = first.map(sampleOf)
      while (samples.length < size) {
        const at = next[lane] ?? 0
        next[lane] = (at + 1) % own.length
        samples.push(sampleOf(own[at] ?? ''))
      }
      const sequence = sequences[lane] ?? 0
      sequences[lane] = sequence + 1
      const name = `bench.${lane}`
      const record = { collector: 'bench', epoch, sequence, source: 'bench', lane: name, samples }
      return { key: name, partition: lane, record }
    },
  }
}

/** An operator's page: it is told of every alarm. */
async function watchAlarms(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const known = new Set<string>()
  const watched = {
    onAlarm: (_id: string, _isSet: boolean, _at: number): void => {},
    known: () => known.size,
    close: () => socket.terminate(),
  }
  socket.on('message', (data) => {
    const at = performance.now()
    const message = JSON.parse(String(data))
    if (message.type === 'connection_ack') {
      const query = 'subscription { alarms { id state } }'
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    } else if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }))
    else if (message.type === 'next') {
      for (const { id, state } of message.payload.data.alarms) {
        if (!String(id).startsWith('Summary')) known.add(id)
        watched.onAlarm(id, state.startsWith('SET'), at)
      }
    }
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'connection_init' }))
  return watched
}
