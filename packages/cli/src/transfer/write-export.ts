import { microsPerDay, type PointId, parseTime } from '@mla/model'
import type { Cli } from '../cli.ts'
import {
  type ExportedFile,
  type ExportedPoint,
  faultOf,
  type Manifest,
  writeManifest,
} from './manifest.ts'
import { countSamples, readSamples, requestsOf, type TimeRange } from './read-samples.ts'
import { dateOf, partRows, systemOf, writeSamples } from './write-samples.ts'

export interface Exported {
  readonly manifest: Manifest
  /** Points of which nothing is left of a day but what rollups have counted. */
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
  const systems = Map.groupBy(begun.points, ({ id }) => systemOf(id))
  const groups = daysOf(range).flatMap((day) => [...systems].map((system) => ({ day, system })))
  const short = new Set<PointId>()
  let manifest: Manifest = { ...begun, complete: false }
  await writeManifest(folder, manifest)
  for (const [i, { day, system }] of groups.entries()) {
    const [name, points] = system
    const date = dateOf(day.from)
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
    if ((await faultOf(folder, file)) !== null) {
      yield await writePart(cli, folder, group, { part: file.part, points })
    }
  }
  for (let part = known.length; begin < group.points.length; part++) {
    const points = group.points.slice(begin)
    const file = await writePart(cli, folder, group, { part, points, rowsOfPart })
    begin += file.points
    yield file
  }
}

interface Wanted {
  readonly part: number
  readonly points: readonly ExportedPoint[]
  /** No points more once there are so many rows. */
  readonly rowsOfPart?: number
}

async function writePart(
  cli: Cli,
  folder: string,
  { date, name, day, as, short }: Group,
  { part, points, rowsOfPart = Number.POSITIVE_INFINITY }: Wanted,
): Promise<ExportedFile> {
  const written: ExportedPoint[] = []
  const silent = new Set<PointId>()
  async function* pages() {
    let rows = 0
    for (const some of requestsOf(points, day.to - day.from)) {
      if (rows >= rowsOfPart) return
      written.push(...some)
      for (const { id } of some) silent.add(id)
      for await (const samples of readSamples(cli, some.map(idOf), day)) {
        for (const { point } of samples) silent.delete(point)
        rows += samples.length
        yield samples
      }
    }
  }
  const own = { day: date, system: name, part, as, points: written }
  const file = await writeSamples(folder, own, pages())
  for (const [id, count] of await countSamples(cli, [...silent], day)) if (count > 0) short.add(id)
  return { ...file, points: written.length }
}

const idOf = ({ id }: ExportedPoint): PointId => id

function daysOf({ from, to }: TimeRange): TimeRange[] {
  const days: TimeRange[] = []
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / microsPerDay) + 1) * microsPerDay)
    days.push({ from: start, to: end })
    start = end
  }
  return days
}
