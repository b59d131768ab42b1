import { isDeepStrictEqual } from 'node:util'
import type { Archive } from '@mla/archive'
import type { Micros, PointId, Sample } from '@mla/model'

export interface SameSamples {
  readonly samples: number
  /** The kinds of values that were met. */
  readonly types: ReadonlySet<string>
  /** Where the two differ; some of them. */
  readonly differing: readonly string[]
}

/** Compares two archives sample by sample: every stamp, type, value, text and status. */
export async function compareArchives(
  one: Archive,
  other: Archive,
  points: Iterable<PointId>,
  { from, to }: { readonly from: Micros; readonly to: Micros },
): Promise<SameSamples> {
  const types = new Set<string>()
  const differing: string[] = []
  let samples = 0
  const read = async (archive: Archive, point: PointId): Promise<Sample[]> =>
    (await Array.fromAsync(archive.samples(point, from, to))).flat()
  for (const point of points) {
    const [mine, theirs] = [await read(one, point), await read(other, point)]
    samples += mine.length
    for (const { type } of mine) types.add(type)
    if (isDeepStrictEqual(mine, theirs)) continue
    const at = mine.findIndex((sample, i) => !isDeepStrictEqual(sample, theirs[i]))
    const shown = (sample: Sample | undefined) =>
      JSON.stringify(sample, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
    differing.push(
      `${point}: ${mine.length} and ${theirs.length} samples, ${shown(mine[at])} is ${shown(theirs[at])}`,
    )
  }
  return { samples, types, differing: differing.slice(0, 5) }
}
