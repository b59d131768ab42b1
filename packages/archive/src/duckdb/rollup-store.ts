import { blobValue, DuckDBBlobValue, type DuckDBConnection } from '@duckdb/node-api'
import { dayOf, type Micros, microsPerDay, type PointId, timeOf } from '@mla/model'
import type { ArchiveClass, RollupFigures, Tier } from '../port.ts'
import { type DueDay, DueDays } from '../rollup/due-days.ts'
import { isKeptDay } from '../rollup/kept-days.ts'
import type { RollupSource, StoredSketches } from '../rollup/rolled-history.ts'
import { RollupBuilder, type RollupChunk } from '../rollup/rollup-builder.ts'
import type { Range } from '../summary.ts'
import type { PointTable } from './points.ts'
import type { Queries } from './queries.ts'
import type { Changing } from './writer.ts'

/** A chunk of a tier; one that is there is true: it goes when its day changes. */
export const rollupTable = `CREATE TABLE IF NOT EXISTS rollups (point INTEGER, width BIGINT,
  start BIGINT, day INTEGER, data BLOB, sketch BLOB, sketches BLOB)`

export interface RollupStoreParts {
  readonly reading: DuckDBConnection
  readonly rolling: DuckDBConnection
  readonly queries: Queries
  readonly points: PointTable
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>
  readonly classOf: (point: PointId) => ArchiveClass
  readonly now: () => Micros
}

export interface RollupStore extends RollupSource {
  readonly changing: Changing
  rollUp(now: Micros): Promise<RollupFigures>
  expire(classes: readonly ArchiveClass[], now: Micros): Promise<void>
}

/** Points of one day that are rolled up together: one scan of the day's rows serves them all. */
const together = 64
/** Rows of them that are held as objects at a time. */
const mostRows = 300_000
/** A day whose samples may be over already keeps the rollup that it has. */
const marginDays = 1
/** Days of which the points with a rollup are remembered. */
const mostDays = 64

export function createRollupStore(parts: RollupStoreParts): RollupStore {
  const { reading, rolling, queries, points, guard, classOf, now } = parts
  const due = new DueDays()
  const rolledOn = new Map<number, Set<number>>()
  let lookedBack = false
  /** Samples and rollups are written one after the other: no rollup misses a sample that came meanwhile. */
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }

  const isKept = (point: PointId, day: number, time: Micros): boolean =>
    isKeptDay(classOf(point).retentionDays, day, time, marginDays)

  async function pointsRolledOn(day: number): Promise<Set<number>> {
    const known = rolledOn.get(day)
    if (known) return known
    const sql = 'SELECT DISTINCT point FROM rollups WHERE day = $day'
    const found = (await rolling.runAndReadAll(sql, { day })).getRows()
    const ids = new Set(found.map(([id]) => Number(id)))
    if (rolledOn.size >= mostDays) rolledOn.clear()
    rolledOn.set(day, ids)
    return ids
  }

  async function takeBack(day: number, ids: ReadonlySet<number>, time: Micros): Promise<void> {
    const rolled = await pointsRolledOn(day)
    const stale = [...ids].filter((id) => rolled.has(id) && isKept(points.nameOf(id), day, time))
    if (stale.length === 0) return
    await rolling.run(`DELETE FROM rollups WHERE day = $day AND point IN (${stale.join(',')})`, {
      day,
    })
    for (const id of stale) rolled.delete(id)
  }

  async function write(id: number, day: number, chunks: readonly RollupChunk[]): Promise<void> {
    await rolling.run('DELETE FROM rollups WHERE day = $day AND point = $id', { day, id })
    for (const { tier, start, data, sketch, sketches } of chunks) {
      await rolling.run(
        'INSERT INTO rollups VALUES ($id, $width, $start, $day, $data, $sketch, $sketches)',
        {
          ...{ id, day, width: BigInt(tier.widthMicros), start: BigInt(start) },
          data: blobValue(data),
          sketch: sketch && blobValue(sketch),
          sketches: sketches && blobValue(sketches),
        },
      )
    }
    const rolled = await pointsRolledOn(day)
    rolled.add(id)
  }

  /** Days of samples without a rollup, as a process that is gone left them. */
  async function lookBack(time: Micros): Promise<void> {
    const sql = `SELECT DISTINCT point, time // ${microsPerDay} AS day FROM samples
      WHERE time >= 0 AND time < $today
      EXCEPT SELECT point, day FROM rollups`
    const today = BigInt(dayOf(time) * microsPerDay)
    for (const [id, day] of (await rolling.runAndReadAll(sql, { today })).getRows()) {
      due.found(points.nameOf(Number(id)), Number(day))
    }
    lookedBack = true
  }

  async function rollUpDay(day: number, ripe: readonly Ripe[], time: Micros) {
    let late = 0
    const builders = new Map<number, RollupBuilder>()
    for (const { due: one } of ripe) {
      const { rollups = [] } = classOf(one.point)
      const id = points.idOf(one.point)
      if (id === null || rollups.length === 0) continue
      if (!isKept(one.point, day, time)) {
        late += 1
        continue
      }
      builders.set(id, new RollupBuilder(rollups, day))
    }
    const ids = [...builders.keys()]
    if (ids.length > 0) {
      const whole = { from: day * microsPerDay, to: (day + 1) * microsPerDay }
      const rows = await queries.countOfMany(ids, whole)
      for (const range of partsOf(whole, Math.ceil(rows / mostRows))) {
        for (const [id, samples] of await queries.ofMany(ids, range)) {
          builders.get(id)?.addSamples(samples)
        }
      }
    }
    let rolled = 0
    for (const { due: one, changed } of ripe) {
      const id = points.idOf(one.point)
      const builder = id === null ? undefined : builders.get(id)
      await alone(async () => {
        if (!due.done(one, changed)) return
        if (id === null || builder === undefined) return
        await write(id, day, builder.chunks())
        rolled += 1
      })
    }
    return { rolled, late }
  }

  async function chunkRows(point: PointId, tier: Tier, { from, to }: Range, columns: string) {
    const id = points.idOf(point)
    if (id === null) return []
    const sql = `SELECT start, ${columns} FROM rollups WHERE point = $id AND width = $width
      AND day >= $first AND day <= $last ORDER BY start`
    const values = {
      ...{ id, width: BigInt(tier.widthMicros) },
      ...{ first: clampInt(dayOf(from)), last: clampInt(dayOf(to - 1)) },
    }
    return (await reading.runAndReadAll(sql, values)).getRows()
  }

  return {
    changing(ids, samples, write) {
      return alone(async () => {
        const time = now()
        const today = dayOf(time)
        const days = new Map<number, Set<number>>()
        samples.forEach((sample, i) => {
          const day = dayOf(timeOf(sample))
          const known = days.get(day)
          if (known) known.add(ids[i] as number)
          else days.set(day, new Set([ids[i] as number]))
        })
        for (const [day, touched] of days) {
          for (const id of touched) due.note(points.nameOf(id), day, time)
          if (day < today) await guard(() => takeBack(day, touched, time))
        }
        await write()
      })
    },
    async rollUp(time) {
      if (!lookedBack) await lookBack(time)
      let [rolled, late] = [0, 0]
      const byDay = new Map<number, Ripe[]>()
      for (const one of due.ripe(time, together)) {
        const known = byDay.get(one.due.day)
        if (known) known.push(one)
        else byDay.set(one.due.day, [one])
      }
      for (const [day, ripe] of byDay) {
        const figures = await rollUpDay(day, ripe, time)
        rolled += figures.rolled
        late += figures.late
      }
      return { rolled, due: due.size, late }
    },
    async chunks(point, tier, range) {
      const found = await chunkRows(point, tier, range, 'data')
      return found.map(([start, data]) => ({ start: Number(start), data: bytesOf(data) }))
    },
    async sketches(point, tier, range) {
      const found = await chunkRows(point, tier, range, 'data, sketch, sketches')
      return found.flatMap(([start, data, sketch, sketches]): StoredSketches[] =>
        sketch === null || sketches === null
          ? []
          : [
              {
                start: Number(start),
                ...{ data: bytesOf(data), sketch: bytesOf(sketch), sketches: bytesOf(sketches) },
              },
            ],
      )
    },
    async expire(classes, time) {
      for (const { name, rollups = [] } of classes) {
        for (const { widthMicros, retentionDays } of rollups) {
          if (retentionDays === null) continue
          const sql = `DELETE FROM rollups WHERE width = $width AND day < $day
            AND point IN (SELECT id FROM points WHERE class = $name)`
          const day = dayOf(time) - retentionDays
          await alone(() => rolling.run(sql, { width: BigInt(widthMicros), day, name }))
        }
      }
    },
  }
}

type Ripe = { readonly due: DueDay; readonly changed: Micros }

/** A range in so many parts, one behind the other. */
export function partsOf({ from, to }: Range, parts: number): Range[] {
  const step = Math.ceil((to - from) / Math.max(1, parts))
  const ranges: Range[] = []
  for (let start = from; start < to; start += step) {
    ranges.push({ from: start, to: Math.min(to, start + step) })
  }
  return ranges
}

const bytesOf = (cell: unknown): Uint8Array =>
  cell instanceof DuckDBBlobValue ? cell.bytes : new Uint8Array()

/** `INTEGER` columns cannot be asked for more than they hold. */
const clampInt = (day: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, day))
