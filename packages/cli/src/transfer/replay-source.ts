import { join } from 'node:path'
import type { Cdb } from '@mla/cdb'
import { latestOrder, microsPerDay, microsPerSecond, type PointId, type Sample } from '@mla/model'
import type { Cli } from '../cli.ts'
import { Failure } from '../failure.ts'
import { faultOf, readManifest } from './manifest.ts'
import { readSamples, requestsOf, type TimeRange } from './read-samples.ts'
import { sampleOf, sampleTable } from './sample-rows.ts'

/** Samples that are held at a time. */
const sliceSamples = 500_000

/** Samples in order of time as the HMI has them, a slice of time after the other. */
export async function* samplesInOrder(
  cli: Cli,
  cdb: Cdb,
  points: readonly PointId[],
  { from, to }: TimeRange,
): AsyncIterable<readonly Sample[]> {
  let perSecond = 0
  for (const id of points) perSecond += 1000 / (cdb.points.get(id)?.intervalMs || 1000)
  const seconds = Math.max(1, Math.floor(sliceSamples / Math.max(perSecond, 1e-6)))
  const step = Math.min(seconds * microsPerSecond, microsPerDay)
  const wanted = points.map((id) => ({ id, intervalMs: cdb.points.get(id)?.intervalMs ?? 1000 }))
  for (let start = from; start < to; start += step) {
    const slice = { from: start, to: Math.min(to, start + step) }
    const samples: Sample[] = []
    for (const some of requestsOf(wanted, slice.to - slice.from)) {
      const ids = some.map(({ id }) => id)
      for await (const page of readSamples(cli, ids, slice)) samples.push(...page)
    }
    yield samples.sort((a, b) => latestOrder(a) - latestOrder(b))
  }
}

/** Samples in order of time of an export. Throws a Failure for one that is not whole, or not of this time. */
export async function* exportedInOrder(
  folder: string,
  points: readonly PointId[],
  { from, to }: TimeRange,
): AsyncIterable<readonly Sample[]> {
  const manifest = await readManifest(folder)
  if (manifest === null) throw new Failure(2, `${folder} has no manifest.json`, 'see mla export')
  const known = new Set(manifest.points.map(({ id }) => id))
  const unknown = points.filter((id) => !known.has(id))
  if (!manifest.complete || unknown.length > 0) {
    const what = unknown[0] ? `has no ${unknown[0]}, which is needed` : 'was broken off'
    throw new Failure(1, `the export in ${folder} ${what}`, 'export all that they are made of')
  }
  for (const file of manifest.files) {
    const fault = await faultOf(folder, file)
    if (fault) throw new Failure(1, `${join(folder, file.path)} ${fault}`, 'export it again')
  }
  const { readTables } = await import('@mla/archive/parquet')
  const paths = manifest.files.filter(({ rows }) => rows > 0).map(({ path }) => join(folder, path))
  if (paths.length === 0) return
  const rules = {
    among: ['point', points],
    between: ['time', from, to],
    orderBy: ['time'],
  } as const
  for await (const page of readTables(paths, sampleTable.columns, manifest.as, rules)) {
    yield page.map(sampleOf)
  }
}
