import type { Micros, PointId, Sample } from '@mla/model'
import { dayOf } from '@mla/model'
import type cassandra from 'cassandra-driver'
import { type Block, openBlock } from '../block.ts'
import type { BlockSource, StoredBlock } from '../block-history.ts'
import type { ClassOf } from '../port.ts'
import type { Range, Summary } from '../summary.ts'
import { guard } from './failure.ts'
import { eachInFlight } from './in-flight.ts'
import { tableOf } from './schema.ts'

/** A block in a table: its summary, and the key under which its samples are. */
export interface CassandraBlock extends StoredBlock {
  readonly className: string
  readonly partition: number
  readonly cut: bigint
  readonly format: number
  /** Read along where the whole day was asked for. */
  readonly data: Buffer | null
}

const inFlight = 64
const summaryColumns = `day, first_time, partition, cut, last_time, count, numbers, min, max, sum,
  sum_squares, first_value, last_value, format`

/** Blocks in the tables of one keyspace. Every call throws ARCHIVE_UNAVAILABLE or _REFUSED. */
export interface BlockStore extends BlockSource<CassandraBlock> {
  /** Writes blocks as they come out of `blocks`; writing the same again changes nothing. */
  write(partition: number, cut: number, blocks: Iterable<Block>): Promise<void>
  /** The days that hold samples, newest first, with the class they went to. */
  days(point: PointId, range: Range): Promise<readonly { day: number; className: string }[]>
  /** The last blocks by first time of one day, at or before a time. */
  lastOf(point: PointId, day: number, className: string, at: Micros): Promise<CassandraBlock[]>
}

export function createBlockStore(
  client: cassandra.Client,
  keyspace: string,
  classOf: ClassOf,
): BlockStore {
  /** Days already noted in point_days, so that each costs one row a point. */
  const noted = new Set<string>()
  const table = (className: string) => `${keyspace}.${tableOf(className)}`
  const run = (statement: string, params: unknown[], doing: string) =>
    guard(client.execute(statement, params), doing)

  async function noteDay(point: PointId, day: number, className: string): Promise<void> {
    const key = `${day} ${className} ${point}`
    if (noted.has(key)) return
    const statement = `INSERT INTO ${keyspace}.point_days (point, day, class) VALUES (?, ?, ?)`
    await run(statement, [point, day, className], 'noting a day')
    if (noted.size > 100_000) noted.clear()
    noted.add(key)
  }

  async function writeBlock(partition: number, cut: number, block: Block): Promise<void> {
    const className = classOf(block.point)
    const { summary } = block
    await run(
      `INSERT INTO ${table(className)} (point, ${summaryColumns}, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        block.point,
        block.day,
        BigInt(summary.first.time),
        partition,
        BigInt(cut),
        BigInt(summary.last.time),
        summary.count,
        summary.numbers,
        summary.min,
        summary.max,
        summary.sum,
        summary.sumSquares,
        numberOrNull(summary.first.value),
        numberOrNull(summary.last.value),
        block.format,
        block.data,
      ],
      'writing a block',
    )
    await noteDay(block.point, block.day, className)
  }

  async function days(point: PointId, { from, to }: Range) {
    const statement = `SELECT day, class FROM ${keyspace}.point_days
      WHERE point = ? AND day >= ? AND day <= ?`
    const bounds = [clampDay(dayOf(from)), clampDay(dayOf(to))]
    const { rows } = await run(statement, [point, ...bounds], 'finding days')
    return rows.map((row) => ({ day: Number(row['day']), className: String(row['class']) }))
  }

  /** One page after the other; a day has some 300 blocks. */
  async function select(className: string, columns: string, where: string, params: unknown[]) {
    const statement = `SELECT ${columns} FROM ${table(className)} WHERE ${where}`
    const blocks: CassandraBlock[] = []
    const result = await run(statement, params, 'reading blocks')
    for await (const row of result) blocks.push(blockOf(row, className))
    return blocks
  }

  async function find(point: PointId, range: Range): Promise<readonly CassandraBlock[]> {
    const found: (readonly CassandraBlock[])[] = []
    await eachInFlight(await days(point, range), 8, async ({ day, className }, index) => {
      const where = 'point = ? AND day = ? AND first_time < ?'
      const params = [point, day, BigInt(Math.ceil(range.to))]
      found[index] = await select(className, summaryColumns, where, params)
    })
    return found.flat().sort((a, b) => a.first - b.first)
  }

  async function open(point: PointId, blocks: readonly CassandraBlock[]) {
    const opened: (readonly Sample[])[] = []
    const whole = groupByDay(blocks)
    await eachInFlight(whole, 8, async (group) => {
      const data = await readData(point, group)
      for (const { block, index } of group) {
        const bytes = data.get(keyOf(block))
        opened[index] = bytes ? openBlock(point, { ...block, data: bytes }) : []
      }
    })
    return opened
  }

  /** The data of blocks of one day: one slice from the first to the last of them. */
  async function readData(point: PointId, group: Group): Promise<Map<string, Buffer>> {
    const firsts = group.map(({ block }) => block.first)
    const { day, className } = (group[0] as Group[number]).block
    const blocks = await select(
      className,
      'day, first_time, partition, cut, data',
      'point = ? AND day = ? AND first_time >= ? AND first_time <= ?',
      [point, day, BigInt(Math.min(...firsts)), BigInt(Math.max(...firsts))],
    )
    return new Map(blocks.map((block) => [keyOf(block), block.data ?? Buffer.alloc(0)]))
  }

  return {
    write: (partition, cut, blocks) =>
      eachInFlight(blocks, inFlight, (block) => writeBlock(partition, cut, block)),
    days,
    find,
    open,
    lastOf: (point, day, className, at) =>
      select(
        className,
        `${summaryColumns}, data`,
        'point = ? AND day = ? AND first_time <= ? ORDER BY first_time DESC LIMIT 2',
        [point, day, clampLong(at)],
      ),
  }
}

type Group = { readonly block: CassandraBlock; readonly index: number }[]

function groupByDay(blocks: readonly CassandraBlock[]): Group[] {
  const groups = new Map<string, Group>()
  blocks.forEach((block, index) => {
    const key = `${block.day} ${block.className}`
    const group = groups.get(key) ?? []
    if (group.length === 0) groups.set(key, group)
    group.push({ block, index })
  })
  return [...groups.values()]
}

const keyOf = (block: CassandraBlock): string => `${block.first} ${block.partition} ${block.cut}`

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** `int` and `bigint` columns cannot be asked for more than they hold. */
const clampDay = (day: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, day))
const clampLong = (time: Micros): bigint =>
  BigInt(Math.max(-(2 ** 62), Math.min(2 ** 62, Math.floor(time))))

function blockOf(row: cassandra.types.Row, className: string): CassandraBlock {
  const [first, last] = [Number(row['first_time']), Number(row['last_time'] ?? 0)]
  return {
    className,
    day: Number(row['day']),
    first,
    last,
    count: Number(row['count'] ?? 0),
    partition: Number(row['partition']),
    cut: BigInt(row['cut']),
    format: Number(row['format'] ?? 0),
    data: (row['data'] as Buffer | undefined) ?? null,
    summary: summaryOf(row, first, last),
  }
}

/** Only of numbers: what else is first or last in a block is read from the block. */
function summaryOf(row: cassandra.types.Row, firstTime: Micros, lastTime: Micros): Summary | null {
  const [first, last] = [row['first_value'], row['last_value']]
  if (typeof first !== 'number' || typeof last !== 'number') return null
  return {
    count: Number(row['count']),
    numbers: Number(row['numbers']),
    min: Number(row['min']),
    max: Number(row['max']),
    sum: Number(row['sum']),
    sumSquares: Number(row['sum_squares']),
    first: { time: firstTime, type: 'double', value: first },
    last: { time: lastTime, type: 'double', value: last },
  }
}
