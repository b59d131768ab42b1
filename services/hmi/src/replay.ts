import { type Archive, mergeSamples } from '@mla/archive'
import { type Micros, type PointId, type Sample, timeOf } from '@mla/model'
import type { HotStore } from './hot-store.ts'

export interface ReplayParts {
  readonly archive: Pick<Archive, 'samples'>
  readonly hot: HotStore
}

export interface ReplayTarget {
  push(sample: Sample): void
  /** Resolves when there is room for a page. */
  room(): Promise<void>
  /** Called in the same turn as the last push: from here on, listen. */
  caughtUp(): void
}

/** How far a sample's own time may lie from when the bus took it, to be looked for in memory. */
const slack = 60_000_000

/**
 * Pushes the samples of a point later than `since`, archive and memory joined, each once, in
 * order of time. What is in memory is read and pushed in one turn with `caughtUp`, so that a
 * listener from then on has no gap and no double. Throws ARCHIVE_UNAVAILABLE.
 */
export async function replay(
  { archive, hot }: ReplayParts,
  point: PointId,
  since: Micros,
  { push, room, caughtUp }: ReplayTarget,
): Promise<void> {
  const from = since + 1
  let archived: Sample[] = []
  if (from < hot.figures.since + slack) {
    const oldest = oldestOf(hot.samples(point, from, Number.POSITIVE_INFINITY))
    for await (const page of archive.samples(point, from, Number.MAX_SAFE_INTEGER)) {
      for (const sample of page) if (timeOf(sample) < oldest) push(sample)
      archived = archived.concat(page.filter((sample) => timeOf(sample) >= oldest))
      await room()
    }
  }
  const recent = hot.samples(point, from, Number.POSITIVE_INFINITY)
  for (const sample of mergeSamples([archived, recent])) push(sample)
  caughtUp()
}

const oldestOf = (samples: readonly Sample[]): Micros =>
  samples.reduce((oldest, sample) => Math.min(oldest, timeOf(sample)), Number.POSITIVE_INFINITY)
