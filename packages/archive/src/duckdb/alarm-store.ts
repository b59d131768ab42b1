import type { DuckDBConnection } from '@duckdb/node-api'
import type { Micros } from '@mla/model'
import type { AlarmArchive, AlarmPosition, ArchivedTransition } from '../alarm-port.ts'

export const alarmTables = [
  `CREATE TABLE IF NOT EXISTS alarm_transitions (alarm VARCHAR, time BIGINT, epoch BIGINT,
    sequence BIGINT, from_state VARCHAR, to_state VARCHAR, priority VARCHAR, validity VARCHAR,
    action VARCHAR, operator VARCHAR, comment VARCHAR, details VARCHAR,
    PRIMARY KEY (alarm, time, epoch, sequence))`,
]

export interface DuckdbAlarmArchive extends AlarmArchive {
  expire(before: Micros): Promise<void>
}

const columns = [
  ...['alarm', 'time', 'epoch', 'sequence', 'from_state', 'to_state', 'priority', 'validity'],
  ...['action', 'operator', 'comment', 'details'],
]
const rowsAtOnce = 200
const noLimit = 2 ** 53 - 1

/** Transitions as rows of one table. */
export function createDuckdbAlarmArchive(
  writing: DuckDBConnection,
  reading: DuckDBConnection,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): DuckdbAlarmArchive {
  /** One after the other: statements of one connection are one transaction. */
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }
  const rows = (sql: string, values: Record<string, bigint | string>) =>
    guard(async () => {
      const found = await reading.runAndReadAll(sql, values)
      return found.getRows().map(transitionOf)
    })

  return {
    append: (transitions) =>
      alone(() =>
        guard(async () => {
          for (let at = 0; at < transitions.length; at += rowsAtOnce) {
            const some = transitions.slice(at, at + rowsAtOnce)
            const row = `(${columns.map(() => '?').join(', ')})`
            await writing.run(
              `INSERT OR REPLACE INTO alarm_transitions VALUES ${some.map(() => row).join(', ')}`,
              some.flatMap(valuesOf),
            )
          }
        }),
      ),
    history({ alarm, from, to, order, after, limit }) {
      const [direction, beyond] = order === 'newest' ? ['DESC', '<'] : ['ASC', '>']
      const sort = ['time', 'epoch', 'sequence', 'alarm'].map((name) => `${name} ${direction}`)
      return rows(
        `SELECT ${columns.join(', ')} FROM alarm_transitions
          WHERE time >= $from AND time < $to ${alarm === null ? '' : 'AND alarm = $alarm'}
          ${after ? `AND (time, epoch, sequence, alarm) ${beyond} ($t, $e, $s, $a)` : ''}
          ORDER BY ${sort.join(', ')} LIMIT ${limit}`,
        {
          ...{ from: whole(from), to: whole(to) },
          ...(alarm === null ? {} : { alarm }),
          ...(after ? positionOf(after) : {}),
        },
      )
    },
    stateAt: (at) =>
      rows(
        `SELECT ${columns.join(', ')} FROM alarm_transitions WHERE time <= $at
          QUALIFY row_number() OVER (PARTITION BY alarm
            ORDER BY time DESC, epoch DESC, sequence DESC) = 1`,
        { at: whole(at) },
      ),
    expire: (before) =>
      alone(() =>
        guard(async () => {
          // The last of each alarm says how it is since then.
          await writing.run(
            `DELETE FROM alarm_transitions t WHERE time < $before AND EXISTS (
              SELECT 1 FROM alarm_transitions n WHERE n.alarm = t.alarm AND n.time > t.time)`,
            { before: whole(before) },
          )
        }),
      ),
  }
}

const whole = (time: Micros): bigint =>
  BigInt(Math.max(-noLimit, Math.min(noLimit, Math.floor(time))))

const positionOf = ({ time, epoch, sequence, alarm }: AlarmPosition) => ({
  ...{ t: whole(time), e: BigInt(epoch), s: BigInt(sequence), a: alarm },
})

const valuesOf = (one: ArchivedTransition) => [
  ...[one.alarm, BigInt(one.time), BigInt(one.epoch), BigInt(one.sequence)],
  ...[one.from, one.to, one.priority, one.validity, one.action, one.user, one.comment],
  one.details,
]

const textOf = (value: unknown): string | null => (value === null ? null : String(value))

function transitionOf(row: readonly unknown[]): ArchivedTransition {
  const [alarm, time, epoch, sequence, from, to, priority, validity, ...more] = row
  const [action, user, comment, details] = more
  return {
    ...{ alarm: String(alarm), time: Number(time), epoch: Number(epoch) },
    ...{ sequence: Number(sequence), from: textOf(from), to: String(to) },
    ...{ priority: String(priority), validity: String(validity) },
    ...{ action: textOf(action), user: textOf(user), comment: textOf(comment) },
    details: String(details),
  }
}
