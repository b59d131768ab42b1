import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBBlobValue } from '@duckdb/node-api'
import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import { Bucketing, bucketWidth } from '../buckets.ts'
import { mergeSamples } from '../merge.ts'
import type { Edge } from '../port.ts'
import type { RawPart, RawSource } from '../rollup/rolled-history.ts'
import { numberOf, type Range, type Summary } from '../summary.ts'
import type { PointTable } from './points.ts'
import { type Cell, columns, sampleOf, typeOf, valueIn } from './rows.ts'

/** Rows of one point and range, each sample once. */
const distinct = `(SELECT DISTINCT ON (time, source_time, server_time, status, number, other, type,
    CASE WHEN source_time IS NULL AND server_time IS NULL THEN collected_time END) ${columns}
  FROM samples WHERE point = $point AND time >= $from AND time < $to)`

export interface Queries extends RawSource {
  /** The samples of several points by their numbers, each once, in order. */
  ofMany(ids: readonly number[], range: Range): Promise<Map<number, Sample[]>>
  /** Rows of several points, copies among them. */
  countOfMany(ids: readonly number[], range: Range): Promise<number>
  raw(point: PointId, range: Range): Promise<Sample[]>
  /** The start of a range that holds a page of samples; null where it holds none. */
  firstPage(point: PointId, range: Range): Promise<Range | null>
  latest(points: readonly PointId[], at: Micros): Promise<Map<PointId, Sample>>
}

export function createQueries(connection: DuckDBConnection, points: PointTable): Queries {
  async function rows(sql: string, values: Record<string, number | bigint>): Promise<Cell[][]> {
    const result = await connection.runAndReadAll(sql, values)
    return result.getRows().map((row) => row.map((cell) => plain(cell)))
  }

  const params = (id: number, { from, to }: Range) => ({
    point: id,
    from: longOf(from),
    to: longOf(to),
  })

  async function raw(point: PointId, range: Range): Promise<Sample[]> {
    const id = points.idOf(point)
    if (id === null) return []
    const found = await rows(`SELECT ${columns} FROM ${distinct} ORDER BY time`, params(id, range))
    return mergeSamples([found.map((row) => sampleOf(point, row))])
  }

  async function count(point: PointId, from: Micros, to: Micros): Promise<number> {
    const id = points.idOf(point)
    if (id === null) return 0
    const [row] = await rows(`SELECT count(*) FROM ${distinct}`, params(id, { from, to }))
    return Number(row?.[0] ?? 0)
  }

  async function summaries(point: PointId, range: Range, width: Micros): Promise<Summary[]> {
    const id = points.idOf(point)
    if (id === null || range.to <= range.from) return []
    const sql = `SELECT count(*), count(n), min(n), max(n), sum(n), sum(n * n),
        min(time), ${['type', 'number', 'other'].map((c) => boxed('arg_min', c)).join(', ')},
        max(time), ${['type', 'number', 'other'].map((c) => boxed('arg_max', c)).join(', ')}
      FROM (SELECT *, CASE WHEN status < 2147483648 AND isfinite(number) AND type NOT IN (0, 12)
          AND type < 16 THEN number END AS n FROM ${distinct})
      GROUP BY (time - ((time % $width) + $width) % $width) // $width`
    const found = await rows(sql, { ...params(id, range), width: longOf(width) })
    return found.map((row) => {
      const [size, numbers, min, max, sum, sumSquares, ...edges] = row
      return {
        count: Number(size),
        numbers: Number(numbers),
        min: (min as number | null) ?? Number.POSITIVE_INFINITY,
        max: (max as number | null) ?? Number.NEGATIVE_INFINITY,
        sum: (sum as number | null) ?? 0,
        sumSquares: (sumSquares as number | null) ?? 0,
        first: edgeOf(edges.slice(0, 4)),
        last: edgeOf(edges.slice(4, 8)),
      }
    })
  }

  async function firstPage(point: PointId, range: Range): Promise<Range | null> {
    const id = points.idOf(point)
    if (id === null) return null
    const sql = `SELECT min(time), max(time) FROM (SELECT time FROM samples
      WHERE point = $point AND time >= $from AND time < $to ORDER BY time LIMIT 50000)`
    const [row] = await rows(sql, params(id, range))
    return row?.[0] == null ? null : { from: Number(row[0]), to: nextMicro(Number(row[1])) }
  }

  async function addTo(bucketing: Bucketing, width: Micros, part: RawPart): Promise<void> {
    const { point, from, to, overlay } = part
    const recent = overlay.filter((sample) => timeOf(sample) >= from && timeOf(sample) < to)
    const oldest = recent.reduce((time, sample) => Math.min(time, timeOf(sample)), to)
    const join = Math.max(from, Math.floor(oldest / width) * width)
    for (const summary of await summaries(point, { from, to: join }, width)) {
      bucketing.addSummary(summary)
    }
    if (join >= to) return
    bucketing.addSamples(mergeSamples([await raw(point, { from: join, to }), recent]))
  }

  return {
    raw,
    count,
    firstPage,
    addTo,
    async sketch(into, { point, from, to, overlay }) {
      const recent = overlay.filter((sample) => timeOf(sample) >= from && timeOf(sample) < to)
      const add = (samples: readonly Sample[]) => {
        for (const sample of samples) {
          const number = numberOf(sample)
          if (!Number.isNaN(number)) into.add(number)
        }
      }
      if (recent.length > 0) return add(mergeSamples([await raw(point, { from, to }), recent]))
      for (let start = from; start < to; ) {
        const page = await firstPage(point, { from: start, to })
        if (page === null) return
        add(await raw(point, page))
        start = page.to
      }
    },
    async ofMany(ids, range) {
      const sql = `SELECT point, ${columns} FROM samples
        WHERE point IN (${ids.join(',')}) AND time >= $from AND time < $to ORDER BY point, time`
      const bounds = { from: longOf(range.from), to: longOf(range.to) }
      const found = new Map<number, Sample[]>()
      for (const [id, ...row] of await rows(sql, bounds)) {
        const known = found.get(Number(id))
        const sample = sampleOf(points.nameOf(Number(id)), row)
        if (known) known.push(sample)
        else found.set(Number(id), [sample])
      }
      for (const [id, samples] of found) found.set(id, mergeSamples([samples]))
      return found
    },
    async countOfMany(ids, range) {
      const sql = `SELECT count(*) FROM samples
        WHERE point IN (${ids.join(',')}) AND time >= $from AND time < $to`
      const bounds = { from: longOf(range.from), to: longOf(range.to) }
      return Number((await rows(sql, bounds))[0]?.[0] ?? 0)
    },
    async history({ point, from, to, maxPoints, widthMicros: given, overlay = [] }) {
      const recent = overlay.filter((sample) => timeOf(sample) >= from && timeOf(sample) < to)
      if (given === undefined && (await count(point, from, to)) <= maxPoints) {
        const samples = mergeSamples([await raw(point, { from, to }), recent])
        if (samples.length <= maxPoints) return { tier: 'raw', samples, buckets: null }
      }
      const widthMicros = given ?? bucketWidth({ from, to }, maxPoints)
      const bucketing = new Bucketing(widthMicros)
      await addTo(bucketing, widthMicros, { point, from, to, overlay })
      return { tier: 'raw', samples: null, widthMicros, buckets: bucketing.buckets() }
    },
    async latest(wanted, at) {
      const found = new Map<PointId, Sample>()
      const ids = wanted.map((point) => points.idOf(point)).filter((id) => id !== null)
      if (ids.length === 0) return found
      const sql = `SELECT point, ${columns} FROM samples
        WHERE point IN (${ids.join(',')}) AND time <= $at
        QUALIFY row_number() OVER (PARTITION BY point ORDER BY
          CASE WHEN time - collected_time > 60000000 THEN collected_time ELSE time END DESC) = 1`
      for (const [id, ...row] of await rows(sql, { at: longOf(at) })) {
        const point = points.nameOf(Number(id))
        found.set(point, sampleOf(point, row))
      }
      return found
    },
  }
}

/** Of the first or last row, also where the cell is null: arg_min alone passes over nulls. */
const boxed = (pick: string, column: string): string =>
  `${pick}({'value': ${column}}, time)['value']`

function edgeOf([time, typeCode, number, other]: readonly Cell[]): Edge {
  const type = typeOf(Number(typeCode))
  const value = valueIn(type, number as number | null, other as Uint8Array | null)
  return { time: Number(time), type, value }
}

/** The next time that a double can tell apart: far from today that is more than a microsecond. */
function nextMicro(time: Micros): Micros {
  let step = 1
  while (time + step === time) step *= 2
  return time + step
}

const longOf = (time: Micros): bigint =>
  BigInt(Math.max(-(2 ** 62), Math.min(2 ** 62, Math.ceil(time))))

const plain = (cell: unknown): Cell =>
  cell instanceof DuckDBBlobValue ? cell.bytes : (cell as Cell)
