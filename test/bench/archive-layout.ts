/** Blocks against a row a sample in Cassandra: what each costs to write, to keep and to read. */
import type { LoggedBatch } from '@mla/archive'
import { openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { silentLog } from '@mla/kit'
import { microsPerDay, microsPerSecond, type Sample } from '@mla/model'
import { localDataCenter, startCassandra } from '@mla/stack'
import cassandra from 'cassandra-driver'
import { seeded } from '../system/seeded.ts'

export const description =
  'archive-layout [points=20]: a day at 1 Hz of so many points in Cassandra, as rows and as blocks'

const day = Math.floor((Date.UTC(2026, 10, 20) * 1000) / microsPerDay)
const dayStart = day * microsPerDay
const secondsADay = 86_400
const keyspace = 'bench_layout'

/** A temperature as a sensor of 0.01 K gives it, with a clock that ticks in milliseconds. */
function sampleOf(point: string, second: number, noise: () => number): Sample {
  const time = dayStart + second * microsPerSecond + Math.round((noise() - 0.5) * 6) * 1000
  const value = 20 + 5 * Math.sin(second / 4000) + (noise() - 0.5) * 0.1
  const collectedTime = time + 300_000 + Math.round(noise() * 8) * 1000
  return {
    ...{ point, sourceTime: time, serverTime: time, collectedTime, type: 'double' as const },
    ...{ value: Math.round(value * 100) / 100, text: null, status: 0 },
  }
}

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const points = Array.from({ length: Number(args[0] ?? 20) }, (_, i) => `Bench/Layout/Point${i}`)
  const total = points.length * secondsADay
  await using server = await startCassandra()
  const { contactPoints, port } = server
  const settings = {
    ...{ contactPoints, port, localDataCenter, keyspace, consistency: 'one' as const },
    ...{ user: null, passwordFile: null, tlsCa: null, requestTimeoutMs: 30_000 },
  }
  const classes = [{ name: 'standard', retentionDays: null }]
  await setupCassandra({ ...settings, replication: 1 }, classes, silentLog)
  const open = () => openCassandra(settings, { classes, classOf: () => 'standard' }, silentLog)
  const connect = async () => {
    const client = new cassandra.Client({
      ...{ contactPoints: [...contactPoints], localDataCenter, keyspace },
      protocolOptions: { port },
      queryOptions: { prepare: true, fetchSize: 5000 },
    })
    await client.connect()
    return client
  }

  const rows = await connect()
  await rows.execute(`CREATE TABLE rows (point text, day int, time bigint, value double, status int,
    PRIMARY KEY ((point, day), time))`)
  const rowsWriteS = await timed(() => writeRows(rows, points))
  const blocksWriteS = await timed(async () => {
    await using archive = await open()
    const writer = archive.openWriter()
    const noise = seeded(1)
    for (let second = 0; second < secondsADay; second++) {
      const samples = points.map((point) => sampleOf(point, second, noise))
      const appendTime = dayStart + second * microsPerSecond
      const batch: LoggedBatch = { offset: second, appendTime, size: samples.length * 80, samples }
      await writer.append(0, [batch])
    }
    await writer.flush()
  })
  await rows.shutdown()
  // A stop writes all to disk.
  await server.stop()
  await server.start()

  const client = await connect()
  const usage = await client.execute(
    `SELECT table_name, mebibytes FROM system_views.disk_usage WHERE keyspace_name = '${keyspace}'`,
  )
  const mebibytes = new Map(usage.rows.map((row) => [row['table_name'], Number(row['mebibytes'])]))
  const rowsReadS = await best(async () => {
    const sql = 'SELECT time, value, status FROM rows WHERE point = ? AND day = ?'
    let count = 0
    const result = await client.execute(sql, [points[0], day])
    for await (const _ of result) count++
    if (count !== secondsADay) throw new Error(`${count} rows`)
  })
  await client.shutdown()
  await using archive = await open()
  const [from, to] = [dayStart, dayStart + microsPerDay]
  const [point = ''] = points
  const blocksReadS = await best(async () => {
    const history = await archive.history({ point, from, to, maxPoints: 100_000 })
    if (history.samples?.length !== secondsADay) throw new Error(`${history.samples?.length}`)
  })
  const blocksBucketsS = await best(() => archive.history({ point, from, to, maxPoints: 1000 }))

  return {
    samples: total,
    rows_written_per_s: total / rowsWriteS,
    blocks_written_per_s: total / blocksWriteS,
    rows_bytes_per_sample: ((mebibytes.get('rows') ?? 0) * 2 ** 20) / total,
    blocks_bytes_per_sample: ((mebibytes.get('samples_standard') ?? 0) * 2 ** 20) / total,
    rows_read_day_ms: rowsReadS * 1000,
    blocks_read_day_ms: blocksReadS * 1000,
    blocks_day_in_1000_buckets_ms: blocksBucketsS * 1000,
  }
}

async function writeRows(client: cassandra.Client, points: readonly string[]): Promise<void> {
  const noise = seeded(1)
  const query = 'INSERT INTO rows (point, day, time, value, status) VALUES (?, ?, ?, ?, ?)'
  const jobs: (() => Promise<unknown>)[] = []
  for (const point of points) {
    for (let start = 0; start < secondsADay; start += 100) {
      jobs.push(() => {
        const statements = Array.from({ length: 100 }, (_, i) => {
          const { sourceTime, value, status } = sampleOf(point, start + i, noise)
          const time = cassandra.types.Long.fromNumber(sourceTime ?? 0)
          return { query, params: [point, day, time, value, status] }
        })
        return client.batch(statements, { prepare: true, logged: false })
      })
    }
  }
  let next = 0
  const worker = async () => {
    for (let job = jobs[next++]; job; job = jobs[next++]) await job()
  }
  await Promise.all(Array.from({ length: 64 }, worker))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY
  for (let i = 0; i < 7; i++) seconds = Math.min(seconds, await timed(work))
  return seconds
}
