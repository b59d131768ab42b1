import { join } from 'node:path'
import { formatTime, microsPerDay, type PointId, parseTime } from '@mla/model'
import type { Cli } from '../cli.ts'
import {
  type ExportedFile,
  type ExportedPoint,
  faultOf,
  type Manifest,
  writeManifest,
} from './manifest.ts'
import { countSamples, readSamples, type TimeRange } from './read-samples.ts'
import { rowOf, sampleTable } from './sample-rows.ts'

/** Rows after which a file ends: some 10 MB, and a minute of work that a kill undoes. */
export const partRows = 2_000_000

export interface Exported {
  readonly manifest: Manifest
  /** Points of which fewer samples could be read than are counted. */
  readonly short: ReadonlySet<PointId>
}

/**
 * Writes the files that a manifest does not have yet, or that are not as they were, and the manifest
 * after each.
 */
export async function writeExport(
  cli: Cli,
  folder: string,
  begun: Manifest,
  rowsOfPart = partRows,
): Promise<Exported> {
  const range = { from: parseTime(begun.from), to: parseTime(begun.to) }
  const systems = Map.groupBy(begun.points, ({ id }) => id.split('/')[0] ?? id)
  const groups = daysOf(range).flatMap((day) => [...systems].map((system) => ({ day, system })))
  const short = new Set<PointId>()
  let manifest: Manifest = { ...begun, complete: false }
  await writeManifest(folder, manifest)
  for (const [i, { day, system }] of groups.entries()) {
    const [name, points] = system
    const date = formatTime(day.from).slice(0, 10)
    const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
    const group = { date, name, day, points, as: begun.as, short }
    const own = (file: ExportedFile) => file.day === date && file.system === name
    const known = manifest.files.filter(own).sort((a, b) => a.part - b.part)
    for await (const file of filesOf(cli, folder, group, known, rowsOfPart)) {
      cli.out.progress(i, groups.length, `${date} ${name}, ${rows} samples`)
      const others = manifest.files.filter(({ path }) => path !== file.path)
      manifest = { ...manifest, files: [...others, file] }
      await writeManifest(folder, manifest)
    }
  }
  cli.out.progress(groups.length, groups.length, 'verified')
  manifest = { ...manifest, complete: true }
  await writeManifest(folder, manifest)
  return { manifest, short }
}

interface Group {
  readonly date: string
  readonly name: string
  readonly day: TimeRange
  readonly points: readonly ExportedPoint[]
  readonly as: Manifest['as']
  readonly short: Set<PointId>
}

/** The files of a day and system that had to be written. */
async function* filesOf(
  cli: Cli,
  folder: string,
  group: Group,
  known: readonly ExportedFile[],
  rowsOfPart: number,
): AsyncIterable<ExportedFile> {
  let begin = 0
  for (const file of known) {
    cli.signal.throwIfAborted()
    const points = group.points.slice(begin, begin + file.points)
    begin += file.points
    if ((await faultOf(folder, file)) === null) continue
    const counts = await countSamples(cli, points.map(idOf), group.day)
    yield await writePart(cli, folder, group, { part: file.part, points, counts })
  }
  const left = group.points.slice(begin)
  if (left.length === 0) return
  const counts = await countSamples(cli, left.map(idOf), group.day)
  let part = known.length
  for (const points of partsOf(left, counts, rowsOfPart)) {
    yield await writePart(cli, folder, group, { part: part++, points, counts })
  }
}

const idOf = ({ id }: ExportedPoint): PointId => id

function* partsOf(
  points: readonly ExportedPoint[],
  counts: ReadonlyMap<PointId, number>,
  rowsOfPart: number,
): Iterable<readonly ExportedPoint[]> {
  let some: ExportedPoint[] = []
  let rows = 0
  for (const point of points) {
    const more = counts.get(point.id) ?? 0
    if (some.length > 0 && rows + more > rowsOfPart) {
      yield some
      some = []
      rows = 0
    }
    some.push(point)
    rows += more
  }
  yield some
}

interface Part {
  readonly part: number
  readonly points: readonly ExportedPoint[]
  readonly counts: ReadonlyMap<PointId, number>
}

async function writePart(
  cli: Cli,
  folder: string,
  { date, name, day, as, short }: Group,
  { part, points, counts }: Part,
): Promise<ExportedFile> {
  const { writeTable } = await import('@mla/archive/parquet')
  const number = String(part).padStart(4, '0')
  const path = `samples/day=${date}/system=${name}/part-${number}.${as}`
  const units = Object.fromEntries(points.map(({ id, unit }) => [id, unit]))
  const metadata = {
    ...{ 'mla.schema': 'samples-1', 'mla.day': date, 'mla.units': JSON.stringify(units) },
  }
  const read = new Map<PointId, number>()
  async function* pages() {
    for await (const samples of readSamples(cli, points.map(idOf), day)) {
      for (const { point } of samples) read.set(point, (read.get(point) ?? 0) + 1)
      yield samples.map(rowOf)
    }
  }
  const file = await writeTable(join(folder, path), { ...sampleTable, metadata }, pages(), as)
  for (const { id } of points) if ((read.get(id) ?? 0) < (counts.get(id) ?? 0)) short.add(id)
  return { path, day: date, system: name, part, points: points.length, ...file }
}

function daysOf({ from, to }: TimeRange): TimeRange[] {
  const days: TimeRange[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / microsPerDay) + 1) * microsPerDay)
    days.push({ from: start, to: end })
    start = end
  }
  return days
}
