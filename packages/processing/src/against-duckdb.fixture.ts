import assert from 'node:assert/strict'
import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBInstance,
  INTEGER,
  UINTEGER,
} from '@duckdb/node-api'
import type { Sample } from '@mla/model'
import type { DerivedPoint } from './derived.ts'
import { derived, feed, processorOf, randomBatches, second, start } from './processing.fixture.ts'
import type { Statistic } from './statistics.ts'

/** Of the numbers `v` of a window's samples; `t` is their time in microseconds. */
const aggregates: readonly [name: string, give: Statistic, sql: string][] = [
  ['count', { kind: 'count' }, 'count(*)'],
  ['min', { kind: 'min' }, 'min(v)'],
  ['max', { kind: 'max' }, 'max(v)'],
  ['mean', { kind: 'mean' }, 'avg(v)'],
  ['stddev', { kind: 'stddev' }, 'stddev_samp(v)'],
  ['p50', { kind: 'percentile', percent: 50 }, 'quantile_cont(v, 0.5)'],
  ['p99', { kind: 'percentile', percent: 99 }, 'quantile_cont(v, 0.99)'],
  ['first', { kind: 'first' }, 'arg_min(v, t) FILTER (v IS NOT NULL)'],
  ['last', { kind: 'last' }, 'arg_max(v, t) FILTER (v IS NOT NULL)'],
  [
    'rate',
    { kind: 'rate' },
    `(arg_max(v, t) FILTER (v IS NOT NULL) - arg_min(v, t) FILTER (v IS NOT NULL)) * 1e6
      / nullif(max(t) FILTER (v IS NOT NULL) - min(t) FILTER (v IS NOT NULL), 0)`,
  ],
]
const spans = [
  { name: 'tumbling', width: 10 * second, every: 10 * second },
  { name: 'sliding', width: 30 * second, every: 10 * second },
] as const
const allowance = 5 * second

type Table = Map<string, number>
/** Beyond what summing up in another order can do. */
const isEqual = (a: number, b: number): boolean =>
  a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))

/** Every statistic of so many random series, ours beside DuckDB's of the same samples. */
export async function compareWithDuckdb(series: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run('CREATE TABLE raw (seed INTEGER, t BIGINT, v DOUBLE, status UINTEGER)')
  const ours: Table = new Map()
  const appender = await connection.createAppender('raw')
  for (let seed = 0; seed < series; seed++) {
    const batches = randomBatches(seed)
    for (const { samples } of batches) {
      for (const sample of samples) {
        appender.appendValue(seed, INTEGER)
        appender.appendValue(BigInt(sample.sourceTime ?? sample.collectedTime), BIGINT)
        appender.appendValue(sample.value as number | null, DOUBLE)
        appender.appendValue(sample.status, UINTEGER)
        appender.endRow()
      }
    }
    const processor = processorOf(...points())
    for (const batch of batches) {
      for (const { point, sourceTime, value } of feed(processor, batch)) {
        if (typeof value === 'number') ours.set(`${seed} ${point} ${sourceTime}`, value)
      }
    }
    assert.equal(processor.takeCounts().late, 0)
  }
  appender.closeSync()
  const theirs = new Map([...(await windows(connection)), ...(await heldOver(connection))])
  connection.closeSync()
  for (const [key, value] of theirs) {
    const mine = ours.get(key)
    assert.ok(mine !== undefined && isEqual(mine, value), `${key}: ${mine} instead of ${value}`)
  }
  for (const key of ours.keys()) {
    // Beyond the last sample nothing is in DuckDB's table.
    assert.ok(theirs.has(key) || ours.get(key) === 0, `${key} is one too many`)
  }
  return theirs.size
}

function points(): DerivedPoint[] {
  return spans.flatMap(({ name, width, every }) =>
    [
      ...aggregates.map(([statistic, give]) => [statistic, give] as const),
      ['integral', { kind: 'integral' }] as const,
      ['timeInState', { kind: 'timeInState', states: [0] }] as const,
    ].map(([statistic, give]) => {
      const span = { kind: 'time', width, every } as const
      const id = `${name}/${statistic}`
      return derived({ kind: 'window', span, give, maxHold: null }, { id, allowance })
    }),
  )
}

/** What was said when the last sample came: its allowance later there would be more. */
const prepared = `clean AS (SELECT DISTINCT seed, t,
    CASE WHEN isfinite(v) AND status < 2147483648 THEN v END AS v FROM raw),
  bounds AS (SELECT seed, min(t) AS first, max(t) FILTER (status != 2150694912) AS last
    FROM raw GROUP BY seed),
  ends AS (SELECT seed, unnest(generate_series(first - first % every + every, last - ${allowance}, every)) AS e
    FROM bounds, (SELECT ${10 * second} AS every))`

async function windows(connection: DuckDBConnection): Promise<Table> {
  const table: Table = new Map()
  for (const { name, width } of spans) {
    const columns = aggregates.map(([statistic, , sql]) => `${sql} AS "${statistic}"`).join(', ')
    const { rows, names } = await all(
      connection,
      `WITH ${prepared} SELECT ends.seed, e, ${columns} FROM ends JOIN clean
        ON clean.seed = ends.seed AND t >= e - ${width} AND t < e GROUP BY ends.seed, e`,
    )
    for (const [seed, end, ...values] of rows) {
      values.forEach((value, i) => {
        if (value !== null) table.set(`${seed} ${name}/${names[i + 2]} ${end}`, Number(value))
      })
    }
  }
  return table
}

/** Functions of time: each value from its sample to the next, cut at the ends of the window. */
async function heldOver(connection: DuckDBConnection): Promise<Table> {
  const table: Table = new Map()
  for (const { name, width } of spans) {
    const { rows } = await all(
      connection,
      `WITH ${prepared}, spans AS (SELECT seed, v, t AS a,
          coalesce(lead(t) OVER (PARTITION BY seed ORDER BY t), ${start * 2}) AS b FROM clean),
        cut AS (SELECT ends.seed, e, v, (least(b, e) - greatest(a, e - ${width})) / 1e6 AS seconds
          FROM ends JOIN spans ON spans.seed = ends.seed AND a < e AND b > e - ${width})
        SELECT seed, e, sum(v * seconds), sum(CASE WHEN v = 0 THEN seconds ELSE 0 END)
        FROM cut WHERE v IS NOT NULL AND seconds > 0 GROUP BY seed, e`,
    )
    for (const [seed, end, integral, time] of rows) {
      table.set(`${seed} ${name}/integral ${end}`, Number(integral))
      table.set(`${seed} ${name}/timeInState ${end}`, Number(time))
    }
  }
  return table
}

async function all(connection: DuckDBConnection, sql: string) {
  const result = await connection.runAndReadAll(sql)
  return { rows: result.getRows(), names: result.columnNames() }
}

export const textOf = (samples: readonly Sample[]): string =>
  JSON.stringify(samples, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
