import { dayOf } from '@mla/model'
import type cassandra from 'cassandra-driver'
import { hourOf, type LogBlockHead, microsPerHour, parseSeenKey } from '../logs/log-block.ts'
import { hoursOfBus, lanesOf, summaryIn, textOfLanes, textOfSummary } from '../logs/log-rows.ts'
import { type LogBlockStore, nameOfBlock } from '../logs/log-store.ts'
import { guard } from './failure.ts'
import { eachInFlight } from './in-flight.ts'

const format = 1
const inFlight = 64

/**
 * Blocks of log records in the tables of one keyspace. Rows carry the time of the log as write time,
 * and more of it the further the block goes: of two with one key the longer one stays, whoever
 * wrote last.
 */
export function createCassandraLogStore(client: cassandra.Client, keyspace: string): LogBlockStore {
  /** Rows of the indices that were written already. */
  const noted = new Set<string>()
  const run = (statement: string, params: unknown[], doing: string) =>
    guard(client.execute(statement, params), doing)

  async function rows(statement: string, params: unknown[], doing: string) {
    const all: cassandra.types.Row[] = []
    const result = await run(statement, params, doing)
    for await (const row of result) all.push(row)
    return all
  }

  async function note(key: string, statement: string, params: unknown[]): Promise<void> {
    if (noted.has(key)) return
    await run(statement, params, 'noting where log records are')
    if (noted.size > 200_000) noted.clear()
    noted.add(key)
  }

  return {
    async write(block) {
      const key = [hourOf(block.opened), block.partition, BigInt(block.opened), BigInt(block.cut)]
      const stamp = BigInt(block.opened + block.batches)
      const put = (table: string, columns: string, values: unknown[]) =>
        run(
          `INSERT INTO ${keyspace}.${table} (hour, partition, opened, cut, ${columns})
            VALUES (?, ?, ?, ?${', ?'.repeat(values.length)}) USING TIMESTAMP ?`,
          [...key, ...values, stamp],
          'writing a block of log records',
        )
      await Promise.all([
        put('log_blocks', 'format, data', [format, block.data]),
        put('log_filters', 'filter', [block.filter]),
        eachInFlight(block.seen, inFlight, async (seen) => {
          const { hour, rank, source } = parseSeenKey(seen)
          const day = dayOf(hour * microsPerHour)
          await note(
            `${key[0]} ${block.partition} ${seen}`,
            `INSERT INTO ${keyspace}.log_seen (day, event_hour, hour, partition, rank, source)
              VALUES (?, ?, ?, ?, ?, ?)`,
            [day, hour, key[0], block.partition, rank, source],
          )
          const days = `INSERT INTO ${keyspace}.log_days (shelf, day) VALUES (0, ?)`
          await note(`day ${day}`, days, [day])
        }),
      ])
      await put('log_heads', 'next, closed, first_time, last_time, summary, lanes', [
        BigInt(block.next),
        BigInt(block.closed),
        BigInt(block.first),
        BigInt(block.last),
        textOfSummary(block.summary),
        textOfLanes(block.lanes),
      ])
    },
    async lanesBefore(partition, offset, appendTime) {
      const hours = Array.from({ length: hoursOfBus }, (_, i) => hourOf(appendTime) - i)
      const found: (string | undefined)[] = []
      await eachInFlight(hours, 16, async (hour, index) => {
        const [row] = await rows(
          `SELECT lanes FROM ${keyspace}.log_heads WHERE hour = ? AND partition = ?
            AND (opened, cut) < (?, ?) ORDER BY opened DESC, cut DESC LIMIT 1`,
          [hour, partition, BigInt(appendTime), BigInt(offset)],
          'reading what came before',
        )
        found[index] = row?.['lanes']
      })
      return lanesOf(found.find((lanes) => lanes !== undefined))
    },
    async days(first, last) {
      const found = await rows(
        `SELECT day FROM ${keyspace}.log_days WHERE shelf = 0 AND day >= ? AND day <= ?`,
        [clamp(first), clamp(last)],
        'finding days of log records',
      )
      return found.map((row) => Number(row['day']))
    },
    async seen(day, firstHour, lastHour) {
      const found = await rows(
        `SELECT event_hour, hour, partition, rank, source FROM ${keyspace}.log_seen
          WHERE day = ? AND event_hour >= ? AND event_hour <= ?`,
        [day, firstHour, lastHour],
        'finding hours of log records',
      )
      return found.map((row) => ({
        eventHour: Number(row['event_hour']),
        hour: Number(row['hour']),
        partition: Number(row['partition']),
        rank: Number(row['rank']),
        source: String(row['source']),
      }))
    },
    async heads({ hour, partition }) {
      const found = await rows(
        `SELECT opened, cut, next, closed, first_time, last_time, summary
          FROM ${keyspace}.log_heads WHERE hour = ? AND partition = ?`,
        [hour, partition],
        'reading what blocks of log records hold',
      )
      return found.map((row) => headOf(row, partition))
    },
    async lastOf({ hour, partition }) {
      const [row] = await rows(
        `SELECT next, closed FROM ${keyspace}.log_heads WHERE hour = ? AND partition = ?
          ORDER BY opened DESC, cut DESC LIMIT 1`,
        [hour, partition],
        'reading the last block of an hour',
      )
      return row ? { next: Number(row['next']), closed: Number(row['closed']) } : null
    },
    async filters({ hour, partition }, blocks) {
      const filters = new Map<string, Uint8Array>()
      const [first, last] = [blocks[0], blocks.at(-1)]
      if (!first || !last) return filters
      const found = await rows(
        `SELECT opened, cut, filter FROM ${keyspace}.log_filters
          WHERE hour = ? AND partition = ? AND opened >= ? AND opened <= ?`,
        [hour, partition, BigInt(first.opened), BigInt(last.opened)],
        'reading filters of log records',
      )
      for (const row of found) {
        const key = { partition, opened: Number(row['opened']), cut: Number(row['cut']) }
        filters.set(nameOfBlock(key), row['filter'] as Buffer)
      }
      return filters
    },
    async data({ partition, opened, cut }) {
      const [row] = await rows(
        `SELECT data FROM ${keyspace}.log_blocks
          WHERE hour = ? AND partition = ? AND opened = ? AND cut = ?`,
        [hourOf(opened), partition, BigInt(opened), BigInt(cut)],
        'reading a block of log records',
      )
      return (row?.['data'] as Buffer | undefined) ?? null
    },
  }
}

const headOf = (row: cassandra.types.Row, partition: number): LogBlockHead => ({
  partition,
  opened: Number(row['opened']),
  cut: Number(row['cut']),
  next: Number(row['next']),
  closed: Number(row['closed']),
  first: Number(row['first_time']),
  last: Number(row['last_time']),
  summary: summaryIn(row['summary']),
})

const clamp = (day: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, day))
