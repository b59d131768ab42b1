import { blobValue, DuckDBBlobValue, type DuckDBConnection } from '@duckdb/node-api'
import { dayOf, type Micros } from '@mla/model'
import { hourOf, type LogBlockHead, microsPerHour, parseSeenKey } from '../logs/log-block.ts'
import { hoursOfBus, lanesOf, summaryIn, textOfLanes, textOfSummary } from '../logs/log-rows.ts'
import { type LogBlockStore, nameOfBlock } from '../logs/log-store.ts'

export const logTables = [
  `CREATE TABLE IF NOT EXISTS log_blocks (hour INTEGER, partition INTEGER, opened BIGINT, cut BIGINT,
    next BIGINT, closed BIGINT, first_time BIGINT, last_time BIGINT, summary VARCHAR, lanes VARCHAR,
    filter BLOB, data BLOB)`,
  `CREATE TABLE IF NOT EXISTS log_seen (day INTEGER, event_hour INTEGER, hour INTEGER,
    partition INTEGER, rank INTEGER, source VARCHAR)`,
]

type Values = Record<string, number | bigint | string | DuckDBBlobValue>

export interface DuckdbLogStore extends LogBlockStore {
  expire(before: Micros): Promise<void>
}

/** Blocks of log records as rows of one table; one process has the file, so nobody else writes. */
export function createDuckdbLogStore(
  writing: DuckDBConnection,
  reading: DuckDBConnection,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): DuckdbLogStore {
  const noted = new Set<string>()
  /** One after the other: statements of one connection are one transaction. */
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }
  const rows = (sql: string, values: Values) =>
    guard(async () => (await reading.runAndReadAll(sql, values)).getRows())

  const where = 'hour = $hour AND partition = $partition'

  return {
    write: (block) =>
      alone(() =>
        guard(async () => {
          const { partition, opened, cut } = block
          const hour = hourOf(opened)
          const key = { hour, partition, opened: BigInt(opened), cut: BigInt(cut) }
          await writing.run('BEGIN')
          try {
            await writing.run(
              `DELETE FROM log_blocks WHERE ${where} AND opened = $opened AND cut = $cut`,
              key,
            )
            await writing.run(
              `INSERT INTO log_blocks VALUES ($hour, $partition, $opened, $cut, $next, $closed,
                $first, $last, $summary, $lanes, $filter, $data)`,
              {
                ...key,
                next: BigInt(block.next),
                closed: BigInt(block.closed),
                first: BigInt(block.first),
                last: BigInt(block.last),
                summary: textOfSummary(block.summary),
                lanes: textOfLanes(block.lanes),
                filter: blobValue(block.filter),
                data: blobValue(block.data),
              },
            )
            const fresh = [...block.seen].filter(
              (seen) => !noted.has(`${hour} ${partition} ${seen}`),
            )
            for (const seen of fresh) {
              const { hour: eventHour, rank, source } = parseSeenKey(seen)
              const day = dayOf(eventHour * microsPerHour)
              await writing.run(
                'INSERT INTO log_seen VALUES ($day, $eventHour, $hour, $partition, $rank, $source)',
                { day, eventHour, hour, partition, rank, source },
              )
            }
            await writing.run('COMMIT')
            if (noted.size > 200_000) noted.clear()
            for (const seen of fresh) noted.add(`${hour} ${partition} ${seen}`)
          } catch (error) {
            await writing.run('ROLLBACK').catch(() => undefined)
            throw error
          }
        }),
      ),
    async lanesBefore(partition, offset, appendTime) {
      const [row] = await rows(
        `SELECT lanes FROM log_blocks WHERE hour > $hour AND partition = $partition
          AND (opened < $opened OR (opened = $opened AND cut < $cut))
          ORDER BY opened DESC, cut DESC LIMIT 1`,
        {
          ...{ hour: hourOf(appendTime) - hoursOfBus, partition },
          ...{ opened: BigInt(appendTime), cut: BigInt(offset) },
        },
      )
      return lanesOf(row?.[0])
    },
    async days(first, last) {
      const sql = 'SELECT DISTINCT day FROM log_seen WHERE day >= $first AND day <= $last'
      return (await rows(sql, { first, last })).map(([day]) => Number(day))
    },
    async seen(day, firstHour, lastHour) {
      const found = await rows(
        `SELECT DISTINCT event_hour, hour, partition, rank, source FROM log_seen
          WHERE day = $day AND event_hour >= $firstHour AND event_hour <= $lastHour`,
        { day, firstHour, lastHour },
      )
      return found.map(([eventHour, hour, partition, rank, source]) => ({
        eventHour: Number(eventHour),
        hour: Number(hour),
        partition: Number(partition),
        rank: Number(rank),
        source: String(source),
      }))
    },
    async heads({ hour, partition }) {
      const found = await rows(
        `SELECT opened, cut, next, closed, first_time, last_time, summary FROM log_blocks
          WHERE ${where} ORDER BY opened, cut`,
        { hour, partition },
      )
      return found.map(
        ([opened, cut, next, closed, first, last, summary]): LogBlockHead => ({
          partition,
          opened: Number(opened),
          cut: Number(cut),
          next: Number(next),
          closed: Number(closed),
          first: Number(first),
          last: Number(last),
          summary: summaryIn(summary),
        }),
      )
    },
    async lastOf({ hour, partition }) {
      const sql = `SELECT next, closed FROM log_blocks WHERE ${where}
        ORDER BY opened DESC, cut DESC LIMIT 1`
      const [row] = await rows(sql, { hour, partition })
      return row ? { next: Number(row[0]), closed: Number(row[1]) } : null
    },
    async filters({ hour, partition }) {
      const sql = `SELECT opened, cut, filter FROM log_blocks WHERE ${where}`
      const found = await rows(sql, { hour, partition })
      return new Map(
        found.flatMap(([opened, cut, filter]) =>
          filter instanceof DuckDBBlobValue
            ? [
                [
                  nameOfBlock({ partition, opened: Number(opened), cut: Number(cut) }),
                  filter.bytes,
                ] as const,
              ]
            : [],
        ),
      )
    },
    async data({ partition, opened, cut }) {
      const [row] = await rows(
        `SELECT data FROM log_blocks WHERE ${where} AND opened = $opened AND cut = $cut`,
        { hour: hourOf(opened), partition, opened: BigInt(opened), cut: BigInt(cut) },
      )
      const [data] = row ?? []
      return data instanceof DuckDBBlobValue ? Buffer.from(data.bytes) : null
    },
    expire: (before) =>
      alone(() =>
        guard(async () => {
          const hour = hourOf(before)
          await writing.run('DELETE FROM log_blocks WHERE hour < $hour', { hour })
          await writing.run('DELETE FROM log_seen WHERE hour < $hour', { hour })
        }),
      ),
  }
}
