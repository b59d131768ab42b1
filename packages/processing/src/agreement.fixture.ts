import assert from 'node:assert/strict'
import { BIGINT, DOUBLE, DuckDBInstance, INTEGER, UINTEGER } from '@duckdb/node-api'
import { latestOrder, type Sample } from '@mla/model'

/** What functions gave, by series, function and moment: a value, and its status where that is looked at. */
export type Given = Map<string, readonly [value: number | null, status: number]>

export const keyOf = (seed: number, name: string, time: number | bigint): string =>
  `${seed} ${name} ${time}`

/** Random series from one seed to another, which is not among them. */
export interface Seeds {
  readonly from: number
  readonly to: number
}
export const seedsIn = ({ from, to }: Seeds): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

/** So many series, some at a time: all at once would take gigabytes. */
export async function inParts(
  series: number,
  compare: (seeds: Seeds) => Promise<number>,
): Promise<number> {
  let compared = 0
  for (let from = 0; from < series; from += 50) {
    compared += await compare({ from, to: Math.min(series, from + 50) })
  }
  return compared
}

/** Beyond what summing up in another order can do. */
const isClose = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))

/** Every moment of one is in the other, with the same value and status. */
export function assertAgree(ours: Given, theirs: Given): void {
  for (const [key, [value, status]] of theirs) {
    const mine = ours.get(key)
    assert.ok(mine !== undefined, `${key} is missing: ${value}`)
    const same = value === null || mine[0] === null ? value === mine[0] : isClose(value, mine[0])
    assert.ok(same, `${key}: ${mine[0]} instead of ${value}`)
    assert.equal(mine[1], status, `the status of ${key}`)
  }
  for (const key of ours.keys()) assert.ok(theirs.has(key), `${key} is one too many`)
}

/** A DuckDB with the samples of random series in a table `raw (seed, point, i, t, v, status, collected)`. */
export async function openDuck() {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`CREATE TABLE raw (seed INTEGER, point INTEGER, i INTEGER, t BIGINT, v DOUBLE,
    status UINTEGER, collected BIGINT)`)
  const appender = await connection.createAppender('raw')
  return {
    /** Puts samples in, in the order they came; `point` tells several of a series apart. */
    add(seed: number, samples: readonly Sample[], point = 0): void {
      for (const [i, sample] of samples.entries()) {
        appender.appendValue(seed, INTEGER)
        appender.appendValue(point, INTEGER)
        appender.appendValue(i, INTEGER)
        appender.appendValue(BigInt(latestOrder(sample)), BIGINT)
        appender.appendValue(sample.value as number | null, DOUBLE)
        appender.appendValue(sample.status, UINTEGER)
        appender.appendValue(BigInt(sample.collectedTime), BIGINT)
        appender.endRow()
      }
    },
    /** Makes the table `clean`: each sample once; `usable` is the number to reckon with, finite and not BAD. */
    async flush(): Promise<void> {
      appender.flushSync()
      await connection.run(`CREATE TABLE clean AS SELECT DISTINCT seed, point, t, v, status,
        CASE WHEN isfinite(v) AND status < 2147483648 THEN v END AS usable FROM raw`)
    },
    /** Adds the rows (seed, time, value, status) of a query to what is given by that name. */
    async give(into: Given, name: string, sql: string): Promise<void> {
      const rows = (await connection.runAndReadAll(sql)).getRows()
      for (const [seed, time, value, status] of rows) {
        const shown = value === null ? null : Number(value)
        into.set(keyOf(Number(seed), name, BigInt(String(time))), [shown, Number(status)])
      }
    },
    [Symbol.dispose]() {
      appender.closeSync()
      connection.closeSync()
      instance.closeSync()
    },
  }
}
