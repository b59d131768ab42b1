import { parentPort, workerData } from 'node:worker_threads'
import { WebSocket } from 'ws'

/** Clients of the HMI in a thread of their own, so that they do not slow the feeder. */
export interface ClientsPlan {
  readonly url: string
  readonly points: readonly string[]
  readonly clients: number
  readonly pointsEach: number
  /** How many of them take nothing after their subscription. */
  readonly asleep: number
}

export interface ClientsFound {
  readonly samples: number
  /** Values folded into newer ones, and points that a client never heard of. */
  readonly missed: number
  readonly strangers: number
  readonly p50: number
  readonly p99: number
  readonly slowest: number
}

/** Delays in whole milliseconds; what is slower counts in the last. */
const longest = 60_000
const delays = new Uint32Array(longest + 1)
let samples = 0
let missed = 0

interface Shown {
  readonly point: string
  readonly collectedTime: string
  readonly missed: number
}

const query = `subscription ($points: [ID!]!) {
  samples(points: $points) { point collectedTime value quality missed } }`

/** Resolves when the first message, with the values there are, has come. */
function open({ url, points, pointsEach }: ClientsPlan, place: number, sleeps: boolean) {
  const first = (place * pointsEach) % points.length
  const own = [...points, ...points].slice(first, first + pointsEach)
  const heard = new Set<string>()
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const began = Promise.withResolvers<Set<string>>()
  socket.on('error', began.reject)
  socket.on('open', () => socket.send('{"type":"connection_init"}'))
  socket.on('message', (data) => {
    const now = Date.now()
    const { type, payload } = JSON.parse(String(data))
    if (type === 'connection_ack') {
      const subscription = { query, variables: { points: own } }
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription }))
    }
    if (type !== 'next') return
    began.resolve(heard)
    if (sleeps) socket.pause()
    if (!isMeasuring) return
    for (const one of payload.data.samples as readonly Shown[]) {
      const delay = Math.max(0, now - Date.parse(one.collectedTime))
      const place = Math.min(longest, Math.round(delay))
      delays[place] = (delays[place] ?? 0) + 1
      samples++
      missed += one.missed
      heard.add(one.point)
    }
  })
  return began.promise
}

function percentile(share: number): number {
  let left = Math.ceil(samples * share)
  for (let ms = 0; ms <= longest; ms++) {
    left -= delays[ms] ?? 0
    if (left <= 0) return ms
  }
  return longest
}

let isMeasuring = false
const plan = workerData as ClientsPlan
const heard: Set<string>[] = []
for (let i = 0; i < plan.clients; i++) {
  heard.push(await open(plan, i, i >= plan.clients - plan.asleep))
}
parentPort?.on('message', (word: 'begin' | 'end') => {
  isMeasuring = word === 'begin'
  if (word === 'begin') return
  const awake = heard.slice(0, plan.clients - plan.asleep)
  const strangers = awake.reduce((sum, one) => sum + plan.pointsEach - one.size, 0)
  const found = { samples, missed, strangers, p50: percentile(0.5), p99: percentile(0.99) }
  parentPort?.postMessage({ ...found, slowest: percentile(1) } satisfies ClientsFound)
})
parentPort?.postMessage('open')
