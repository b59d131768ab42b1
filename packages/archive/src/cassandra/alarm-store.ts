import { dayOf, type Micros } from '@mla/model'
import type cassandra from 'cassandra-driver'
import type { AlarmArchive, AlarmHistoryQuery, ArchivedTransition } from '../alarm-port.ts'
import { compareAlarmPositions } from '../alarms/alarm-position.ts'
import { guard } from './failure.ts'
import { eachInFlight } from './in-flight.ts'

const inFlight = 64
const monthOf = (time: Micros): number => Math.floor(dayOf(time) / 30)

const columns =
  'time, epoch, sequence, from_state, to_state, priority, validity, action, operator, comment, details'

/** Transitions in the tables of one keyspace, kept for `ttlSeconds` (0: for ever). */
export function createCassandraAlarmArchive(
  client: cassandra.Client,
  keyspace: string,
  ttlSeconds: number,
): AlarmArchive {
  /** Rows of the small tables that were written already. */
  const noted = new Set<string>()
  const run = (statement: string, params: unknown[], doing: string) =>
    guard(client.execute(statement, params), doing)
  async function rows(statement: string, params: unknown[]): Promise<cassandra.types.Row[]> {
    const all: cassandra.types.Row[] = []
    for await (const row of await run(statement, params, 'reading alarms')) all.push(row)
    return all
  }
  async function note(table: string, names: string, params: readonly (string | number)[]) {
    const key = `${table} ${params.join(' ')}`
    if (noted.has(key)) return
    const statement = `INSERT INTO ${keyspace}.${table} (${names}) VALUES (?, ?)`
    await run(statement, [...params], 'noting an alarm')
    if (noted.size > 100_000) noted.clear()
    noted.add(key)
  }
  const put = (table: string, first: string, key: unknown[], one: ArchivedTransition) =>
    run(
      `INSERT INTO ${keyspace}.${table} (${first}, ${columns})
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`,
      [...key, ...valuesOf(one), ttlSeconds],
      'writing an alarm',
    )

  /** What one partition has in the range, behind `after`, at most so many. */
  async function page(
    where: string,
    key: unknown[],
    { from, to, order, after, limit }: AlarmHistoryQuery,
  ): Promise<ArchivedTransition[]> {
    const isNewest = order === 'newest'
    const names = where.startsWith('day')
      ? ['time', 'epoch', 'sequence', 'alarm']
      : ['time', 'epoch', 'sequence']
    const sort = names.map((name) => `${name} ${isNewest ? 'DESC' : 'ASC'}`).join(', ')
    // A range of tuples and one of a single column do not go together.
    const low = after && !isNewest ? [after.time, after.epoch, after.sequence] : [from]
    const high = after && isNewest ? [after.time, after.epoch, after.sequence] : [to]
    const tuple = (values: readonly number[]) => names.slice(0, values.length).join(', ')
    const marks = (values: readonly number[]) => values.map(() => '?').join(', ')
    const found = await rows(
      `SELECT alarm, ${columns} FROM ${keyspace}.${where.startsWith('day') ? 'alarm_days' : 'alarm_history'}
        WHERE ${where} AND (${tuple(low)}) >= (${marks(low)}) AND (${tuple(high)}) <= (${marks(high)})
        ORDER BY ${sort} LIMIT ?`,
      [...key, ...low.map(bigOf), ...high.map(bigOf), Math.min(limit + 1000, 1_000_000)],
    )
    return found
      .map(transitionOf)
      .filter(({ time }) => time >= from && time < to)
      .filter((one) => !after || compareAlarmPositions(one, after) * (isNewest ? -1 : 1) > 0)
  }

  return {
    async append(transitions) {
      await eachInFlight(transitions, inFlight, async (one) => {
        await Promise.all([
          put('alarm_history', 'alarm, month', [one.alarm, monthOf(one.time)], one),
          put('alarm_days', 'day, alarm', [dayOf(one.time), one.alarm], one),
          note('alarm_months', 'alarm, month', [one.alarm, monthOf(one.time)]),
          note('alarm_names', 'shelf, alarm', [0, one.alarm]),
          note('alarm_day_list', 'shelf, day', [0, dayOf(one.time)]),
        ])
      })
    },
    async history(query) {
      const { alarm, from, to, order, after, limit } = query
      const range = {
        from: after && order === 'oldest' ? Math.max(from, after.time) : from,
        to: after && order === 'newest' ? Math.min(to, after.time + 1) : to,
      }
      const of = alarm === null ? dayOf : monthOf
      const [table, name, key] =
        alarm === null ? ['alarm_day_list', 'day', 0] : ['alarm_months', 'month', alarm]
      const parts = await rows(
        `SELECT ${name} AS part FROM ${keyspace}.${table}
          WHERE ${alarm === null ? 'shelf' : 'alarm'} = ? AND ${name} >= ? AND ${name} <= ?`,
        [key, clamp(of(range.from)), clamp(of(range.to))],
      )
      const numbers = parts.map((row) => Number(row['part'])).sort((a, b) => a - b)
      if (order === 'newest') numbers.reverse()
      const found: ArchivedTransition[] = []
      for (const part of numbers) {
        if (found.length >= limit) break
        const left = { ...query, limit: limit - found.length }
        const some =
          alarm === null
            ? await page('day = ?', [part], left)
            : await page('alarm = ? AND month = ?', [alarm, part], left)
        found.push(...some)
      }
      return found.slice(0, limit)
    },
    async stateAt(at) {
      const names = await rows(`SELECT alarm FROM ${keyspace}.alarm_names WHERE shelf = 0`, [])
      const states: ArchivedTransition[] = []
      await eachInFlight(names, inFlight, async (row) => {
        const alarm = String(row['alarm'])
        const months = await rows(
          `SELECT month FROM ${keyspace}.alarm_months WHERE alarm = ? AND month <= ? LIMIT 3`,
          [alarm, clamp(monthOf(at))],
        )
        for (const found of months) {
          const [newest] = await rows(
            `SELECT alarm, ${columns} FROM ${keyspace}.alarm_history
              WHERE alarm = ? AND month = ? AND time <= ? LIMIT 1`,
            [alarm, found['month'], bigOf(at)],
          )
          if (!newest) continue
          states.push(transitionOf(newest))
          return
        }
      })
      return states
    },
  }
}

const bigOf = (value: number): bigint =>
  BigInt(Math.max(-(2 ** 53) + 1, Math.min(2 ** 53 - 1, Math.floor(value))))

const clamp = (part: number): number =>
  Math.round(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, part)))

const valuesOf = (one: ArchivedTransition): unknown[] => [
  ...[BigInt(one.time), BigInt(one.epoch), BigInt(one.sequence), one.from, one.to],
  ...[one.priority, one.validity, one.action, one.user, one.comment, one.details],
]

const textOf = (value: unknown): string | null => (value == null ? null : String(value))

const transitionOf = (row: cassandra.types.Row): ArchivedTransition => ({
  ...{ alarm: String(row['alarm']), time: Number(row['time']), epoch: Number(row['epoch']) },
  ...{ sequence: Number(row['sequence']), from: textOf(row['from_state']) },
  ...{ to: String(row['to_state']), priority: String(row['priority']) },
  ...{ validity: String(row['validity']), action: textOf(row['action']) },
  ...{ user: textOf(row['operator']), comment: textOf(row['comment']) },
  details: String(row['details']),
})
