import { dayOf, type Micros, microsPerDay, type PointId } from '@mla/model'
import type cassandra from 'cassandra-driver'
import { walkDay } from '../block-history.ts'
import type { ArchiveClass, ClassOf, RollupFigures, Tier } from '../port.ts'
import { DueDays } from '../rollup/due-days.ts'
import { type DayChange, isKeptDay, isTrueRollup } from '../rollup/kept-days.ts'
import type { RollupSource, StoredSketches } from '../rollup/rolled-history.ts'
import { RollupBuilder, type RollupChunk } from '../rollup/rollup-builder.ts'
import { chunkMicros } from '../rollup/tiers.ts'
import type { Range } from '../summary.ts'
import type { BlockStore } from './block-store.ts'
import { guard } from './failure.ts'
import { eachInFlight } from './in-flight.ts'
import { chunksAPeriod } from './rollup-schema.ts'
import { rollupTableOf } from './schema.ts'

export interface RollupStoreParts {
  readonly client: cassandra.Client
  readonly keyspace: string
  readonly classes: readonly ArchiveClass[]
  readonly classOf: ClassOf
}

export interface RollupStore extends RollupSource {
  /** Notes that a block of this day was stored. */
  stored(point: PointId, day: number): Promise<void>
  rollUp(blocks: BlockStore, now: Micros): Promise<RollupFigures>
}

/** How far back a new process looks for what its predecessors left, in UTC days of writing. */
const lookBackDays = 7
/** Days of points rolled up in one call at most: some seconds' work. */
const atMost = 256
const inFlight = 2
/** A day whose samples may be over already is not rolled up anew from what is left of them, and keeps its rollup. */
const marginDays = 2

export function createRollupStore(parts: RollupStoreParts): RollupStore {
  const { client, keyspace } = parts
  const classes = new Map(parts.classes.map((one) => [one.name, one]))
  const due = new DueDays()
  const noted = new Set<string>()
  let lookedBack = false
  const run = (statement: string, params: unknown[], doing: string) =>
    guard(client.execute(statement, params), doing)

  async function rows(statement: string, params: unknown[]): Promise<cassandra.types.Row[]> {
    const found: cassandra.types.Row[] = []
    for await (const row of await run(statement, params, 'reading rollups')) found.push(row)
    return found
  }

  /** As of what each day is; a day in two classes is as of nothing: its samples are merged when read. */
  async function changesOf(point: PointId, { from, to }: Range): Promise<Map<number, DayChange>> {
    const found = await rows(
      `SELECT day, class, changed FROM ${keyspace}.point_days WHERE point = ? AND day >= ? AND day <= ?`,
      [point, clampInt(dayOf(from)), clampInt(dayOf(to))],
    )
    const changes = new Map<number, DayChange>()
    for (const row of found) {
      const day = Number(row['day'])
      const asOf = changes.has(day) ? null : textOfChanges(row['changed'])
      changes.set(day, { className: String(row['class']), asOf })
    }
    return changes
  }

  async function trueChunks(point: PointId, tier: Tier, range: Range, columns: string) {
    const size = chunkMicros(tier)
    const first = Math.floor(range.from / size)
    const last = Math.ceil(range.to / size) - 1
    const names = new Set(
      [...classes.values()]
        .filter(({ rollups = [] }) => rollups.some((one) => one.widthMicros === tier.widthMicros))
        .map(({ name }) => name),
    )
    const own = parts.classOf(point)
    // Nearly always all is in the class that the point has: that is read while the days are asked for.
    const read = async (className: string) => {
      const periods = []
      for (let p = Math.floor(first / chunksAPeriod); p <= last / chunksAPeriod; p++)
        periods.push(p)
      const found = await Promise.all(
        periods.map((period) =>
          rows(
            `SELECT start, as_of, ${columns} FROM ${keyspace}.${rollupTableOf(className, tier)}
              WHERE point = ? AND period = ? AND start >= ? AND start <= ?`,
            [point, period, BigInt(first * size), BigInt(last * size)],
          ),
        ),
      )
      return { className, found: found.flat() }
    }
    const [changes, ...known] = await Promise.all([
      changesOf(point, range),
      ...(names.has(own) ? [read(own)] : []),
    ])
    const others = new Set([...changes.values()].map(({ className }) => className))
    for (const name of others) if (name !== own && names.has(name)) known.push(await read(name))
    return known.flatMap(({ className, found }) =>
      found.filter((row) => {
        const day = dayOf(Number(row['start']))
        const { retentionDays = null } = classes.get(className) ?? {}
        const isKept = isKeptDay(retentionDays, day, Date.now() * 1000, marginDays)
        return isTrueRollup({ className, asOf: String(row['as_of']) }, changes.get(day), isKept)
      }),
    )
  }

  async function rollUpDay(blocks: BlockStore, point: PointId, day: number, now: Micros) {
    const range = { from: day * microsPerDay, to: (day + 1) * microsPerDay - 1 }
    const change = (await changesOf(point, range)).get(day)
    const one = change && classes.get(change.className)
    if (!change || change.asOf === null || !one?.rollups?.length) return 'nothing'
    if (!isKeptDay(one.retentionDays, day, now, marginDays)) return 'late'
    const builder = new RollupBuilder(one.rollups, day)
    await walkDay(blocks, point, await blocks.ofDay(point, day, change.className), {
      scans: (open) => builder.addScans(open),
      samples: (samples) => builder.addSamples(samples),
    })
    for (const chunk of builder.chunks()) await write(point, one.name, chunk, change.asOf)
    return 'rolled'
  }

  async function write(point: PointId, className: string, chunk: RollupChunk, asOf: string) {
    const { tier, start, data, sketch, sketches } = chunk
    const period = Math.floor(start / chunkMicros(tier) / chunksAPeriod)
    await run(
      `INSERT INTO ${keyspace}.${rollupTableOf(className, tier)}
        (point, period, start, as_of, data, sketch, sketches) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [point, period, BigInt(start), asOf, data, sketch, sketches],
      'writing a rollup',
    )
  }

  /** What processes that are gone left: days that were written lately and may not be rolled up. */
  async function lookBack(now: Micros): Promise<void> {
    for (let written = dayOf(now) - lookBackDays; written <= dayOf(now); written++) {
      const found = await rows(`SELECT point, day FROM ${keyspace}.rollup_due WHERE written = ?`, [
        written,
      ])
      for (const row of found) due.found(String(row['point']), Number(row['day']))
    }
    lookedBack = true
  }

  return {
    async stored(point, day) {
      const now = Date.now() * 1000
      due.note(point, day, now)
      const written = dayOf(now)
      const key = `${written} ${day} ${point}`
      if (noted.has(key)) return
      await run(
        `INSERT INTO ${keyspace}.rollup_due (written, point, day) VALUES (?, ?, ?)`,
        [written, point, day],
        'noting a day',
      )
      if (noted.size > 200_000) noted.clear()
      noted.add(key)
    },
    async rollUp(blocks, now) {
      if (!lookedBack) await lookBack(now)
      let [rolled, late] = [0, 0]
      await eachInFlight(due.ripe(now, atMost), inFlight, async ({ due: one, changed }) => {
        const became = await rollUpDay(blocks, one.point, one.day, now)
        if (became === 'rolled') rolled += 1
        else if (became === 'late') late += 1
        due.done(one, changed)
      })
      return { rolled, due: due.size, late }
    },
    async chunks(point, tier, range) {
      const found = await trueChunks(point, tier, range, 'data')
      return found.map((row) => ({ start: Number(row['start']), data: row['data'] as Buffer }))
    },
    async sketches(point, tier, range) {
      const found = await trueChunks(point, tier, range, 'data, sketch, sketches')
      return found.flatMap((row): StoredSketches[] => {
        const [data, sketch, sketches] = [row['data'], row['sketch'], row['sketches']] as Buffer[]
        return data && sketch && sketches
          ? [{ start: Number(row['start']), data, sketch, sketches }]
          : []
      })
    },
  }
}

/** The changes of a day as one text; of a day that is older than the column, an empty one. */
function textOfChanges(changed: Readonly<Record<string, bigint>> | null): string {
  return Object.entries(changed ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([partition, change]) => `${partition}:${change}`)
    .join(' ')
}

/** `int` columns cannot be asked for more than they hold. */
const clampInt = (day: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, day))
