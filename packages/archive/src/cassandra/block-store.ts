import { dayOf, type Micros, microsPerDay, type PointId } from '@mla/model'
import type cassandra from 'cassandra-driver'
import type { Block, StoredData } from '../block.ts'
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
/** Blocks of a range that is no longer are read with their data at once. */
const shortMicros = 1.1 * microsPerDay
const summaryColumns = `day, first_time, partition, cut, last_time, count, numbers, min, max, sum,
  sum_squares, first_value, last_value, format`

/** Blocks in the tables of one keyspace. Every call throws ARCHIVE_UNAVAILABLE or _REFUSED. */
export interface BlockStore extends BlockSource<CassandraBlock> {
  /** Writes blocks as they come out of `blocks`; writing the same again changes nothing. */
  write(partition: number, cut: number, blocks: Iterable<Block>): Promise<void>
  /** The days that hold samples, newest first, with the class they went to. */
  days(point: PointId, range: Range): Promise<readonly { day: number; className: string }[]>
  /** All blocks of one day with their data, in order of their first time. */
  ofDay(point: PointId, day: number, className: string): Promise<CassandraBlock[]>
  /** The last blocks by first time of one day, at or before a time. */
  lastOf(point: PointId, day: number, className: string, at: Micros): Promise<CassandraBlock[]>
}

export function createBlockStore(
  client: cassandra.Client,
  keyspace: string,
  classOf: ClassOf,
  /** Told of each block that is stored, before its day tells of it. */
  stored: (point: PointId, day: number) => Promise<void>,
): BlockStore {
  let lastChange = 0
  const table = (className: string) => `${keyspace}.${tableOf(className)}`
  const run = (statement: string, params: unknown[], doing: string) =>
    guard(client.execute(statement, params), doing)

  /**
   * The day says that it has changed, by a number that no rollup has seen: after the block, so that who
   * rolls up in between takes the block in or finds the day changed again.
   */
  async function noteDay(
    point: PointId,
    day: number,
    className: string,
    partition: number,
  ): Promise<void> {
    await stored(point, day)
    lastChange = Math.max(lastChange + 1, Date.now() * 1000)
    await run(
      `UPDATE ${keyspace}.point_days SET changed[?] = ? WHERE point = ? AND day = ? AND class = ?`,
      [partition, BigInt(lastChange), point, day, className],
      'noting a day',
    )
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
    await noteDay(block.point, block.day, className, partition)
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
    const isShort = range.to - range.from <= shortMicros
    const columns = isShort ? `${summaryColumns}, data` : summaryColumns
    await eachInFlight(await days(point, range), 8, async ({ day, className }, index) => {
      const where = 'point = ? AND day = ? AND first_time < ?'
      const params = [point, day, BigInt(Math.ceil(range.to))]
      found[index] = await select(className, columns, where, params)
    })
    return found.flat().sort((a, b) => a.first - b.first)
  }

  async function read(point: PointId, blocks: readonly CassandraBlock[]) {
    const found: (StoredData | null)[] = blocks.map(({ data, format, count }) =>
      data === null ? null : { data, format, count },
    )
    const missing = blocks.flatMap((block, index) =>
      block.data === null ? [{ block, index }] : [],
    )
    await eachInFlight(groupByDay(missing), 8, async (group) => {
      const data = await readData(point, group)
      for (const { block, index } of group) {
        const bytes = data.get(keyOf(block))
        if (bytes) found[index] = { data: bytes, format: block.format, count: block.count }
      }
    })
    return found
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
    read,
    ofDay: async (point, day, className) => {
      const blocks = await select(className, `${summaryColumns}, data`, 'point = ? AND day = ?', [
        point,
        day,
      ])
      return blocks.sort((a, b) => a.first - b.first)
    },
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

function groupByDay(blocks: Group): Group[] {
  const groups = new Map<string, Group>()
  for (const { block, index } of blocks) {
    const key = `${block.day} ${block.className}`
    const group = groups.get(key) ?? []
    if (group.length === 0) groups.set(key, group)
    group.push({ block, index })
  }
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
