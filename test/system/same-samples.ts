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

const together = 200

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
  const read = async (archive: Archive, some: readonly PointId[]) => {
    const pages = await Array.fromAsync(archive.samplesOfMany(some, from, to))
    return Map.groupBy(pages.flat(), ({ point }) => point)
  }
  const all = [...points]
  for (let i = 0; i < all.length; i += together) {
    const some = all.slice(i, i + together)
    const [ours, others] = [await read(one, some), await read(other, some)]
    for (const point of some) {
      const [mine, theirs] = [ours.get(point) ?? [], others.get(point) ?? []]
      samples += mine.length
      for (const { type } of mine) types.add(type)
      if (isDeepStrictEqual(mine, theirs)) continue
      const at = mine.findIndex((sample, k) => !isDeepStrictEqual(sample, theirs[k]))
      const shown = (sample: Sample | undefined) =>
        JSON.stringify(sample, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
      differing.push(
        `${point}: ${mine.length} and ${theirs.length} samples, ${shown(mine[at])} is ${shown(theirs[at])}`,
      )
    }
  }
  return { samples, types, differing: differing.slice(0, 5) }
}
