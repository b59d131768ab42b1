import { join } from 'node:path'
import { dayOf, formatTime, microsPerDay, type Sample, timeOf } from '@mla/model'
import { type ExportedFile, type Manifest, writeManifest } from './manifest.ts'
import { rowOf, sampleTable } from './sample-rows.ts'

/** Rows after which a file ends: some 10 MB, and a minute of work that a kill undoes. */
export const partRows = 2_000_000

/** A file of an export, before it has any content; `points` is looked at when all samples have come. */
export interface Part {
  readonly day: string
  readonly system: string
  readonly part: number
  readonly as: Manifest['as']
  readonly points: readonly { readonly id: string; readonly unit: string | null }[]
}

/** Writes one file of an export and reads it back. Throws ARCHIVE_REFUSED. */
export async function writeSamples(
  folder: string,
  { day, system, part, as, points }: Part,
  pages: AsyncIterable<readonly Sample[]>,
): Promise<ExportedFile> {
  const { writeTable } = await import('@mla/archive/parquet')
  const number = String(part).padStart(4, '0')
  const path = `samples/day=${day}/system=${system}/part-${number}.${as}`
  const metadata = () => {
    const units = Object.fromEntries(points.map(({ id, unit }) => [id, unit]))
    return { 'mla.schema': 'samples-1', 'mla.day': day, 'mla.units': JSON.stringify(units) }
  }
  async function* rows() {
    for await (const samples of pages) yield samples.map(rowOf)
  }
  const table = { ...sampleTable, metadata }
  const file = await writeTable(join(folder, path), table, rows(), as)
  return { path, day, system, part, points: points.length, ...file }
}

export const dateOf = (time: number): string => formatTime(time).slice(0, 10)
export const systemOf = (point: string): string => point.split('/')[0] ?? point

/** Writes samples that come in about the order of time into files by day and system, and a manifest. */
export async function writeStream(
  folder: string,
  begun: Manifest,
  pages: AsyncIterable<readonly Sample[]>,
): Promise<Manifest> {
  const byId = new Map(begun.points.map((point) => [point.id, point]))
  const waiting = new Map<string, Sample[]>()
  const parts = new Map<string, number>()
  const files: ExportedFile[] = []
  let rows = 0
  async function flush(): Promise<void> {
    for (const [key, samples] of waiting) {
      const [day = '', system = ''] = key.split(' ')
      const part = parts.get(key) ?? 0
      parts.set(key, part + 1)
      const ids = new Set(samples.map(({ point }) => point))
      const points = [...ids].map((id) => byId.get(id) ?? { id, unit: null })
      const own = { day, system, part, as: begun.as, points }
      files.push(await writeSamples(folder, own, once(samples)))
    }
    waiting.clear()
    rows = 0
  }
  for await (const page of pages) {
    for (const sample of page) {
      const day = dateOf(dayOf(timeOf(sample)) * microsPerDay)
      const key = `${day} ${systemOf(sample.point)}`
      const known = waiting.get(key)
      if (known) known.push(sample)
      else waiting.set(key, [sample])
    }
    rows += page.length
    if (rows >= partRows) await flush()
  }
  await flush()
  const manifest = { ...begun, files, complete: true }
  await writeManifest(folder, manifest)
  return manifest
}

async function* once<T>(value: T) {
  yield value
}
