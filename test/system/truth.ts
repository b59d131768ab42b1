import { type Archive, mergeSamples } from '@mla/archive'
import { isGapMarker, type PointId } from '@mla/model'
import { createChecksum } from '@mla/opcua-simulator'

/** What the simulator says of one point; see its README. */
export interface TruthOfPoint {
  readonly queued: number
  readonly repeated: number
  readonly discarded: number
  readonly published: number
  readonly ended: number
  readonly checksum: string
}

/** Totals over all points, the sessions that are open, and the points that were asked for. */
export interface Truth extends Omit<TruthOfPoint, 'checksum'> {
  readonly sessions: number
  readonly points: Readonly<Record<PointId, TruthOfPoint>>
}

/** Notifications that are queued for a session and were not yet handed to it. */
export const waitingOf = ({ queued, repeated, published, discarded, ended }: Truth): number =>
  queued + repeated - published - discarded - ended

export async function readTruth(control: string, match = ''): Promise<Truth> {
  const query = match ? `?match=${encodeURIComponent(match)}` : ''
  const answer = await fetch(`${control}/truth${query}`)
  return (await answer.json()) as Truth
}

export const beginFault = (control: string, fault: object): Promise<void> =>
  askFaults(control, { method: 'POST', body: JSON.stringify(fault) })

export const endFaults = (control: string): Promise<void> =>
  askFaults(control, { method: 'DELETE' })

async function askFaults(control: string, request: RequestInit): Promise<void> {
  const answer = await fetch(`${control}/faults`, request)
  if (!answer.ok) throw new Error(`the simulator refused: ${await answer.text()}`)
}

export interface Comparison {
  readonly points: number
  readonly queued: number
  readonly archived: number
  readonly missing: number
  /** Of the missing those that were handed to a client: it had them, and they are gone. */
  readonly lost: number
  /** More than the simulator ever made: copies that were not recognised, or inventions. */
  readonly doubled: number
  /** Points of which the number is right and the content is not. */
  readonly differing: number
  readonly gapMarkers: number
  /** Values that the collector sent again without their stamps, to end a gap that they outlast. */
  readonly resumed: number
  /** Points with fewer samples than were made, and no gap marker that says so. */
  readonly unexplained: number
  /** The first few points that are not as they should be, in words. */
  readonly examples: readonly string[]
}

/** Holds the archive against what the simulator queued, point by point. */
export async function compare(
  archive: Archive,
  truth: Truth,
  fromMicros: number,
  toMicros: number,
  /** Gap markers that each point has for what no loss explains; one is that of a planned stop. */
  otherMarkers = 1,
): Promise<Comparison> {
  const sum = {
    ...{ queued: 0, archived: 0, missing: 0, lost: 0, doubled: 0, differing: 0 },
    ...{ gapMarkers: 0, resumed: 0, unexplained: 0 },
  }
  const examples: string[] = []
  const ids = Object.keys(truth.points)
  let next = 0
  const worker = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const made = truth.points[id]
      if (made === undefined) continue
      const wanted = made.queued - made.discarded
      const checksum = createChecksum()
      let [count, gaps] = [0, 0]
      for await (const page of archive.samples(id, fromMicros, toMicros)) {
        for (const sample of mergeSamples([page])) {
          if (isGapMarker(sample)) gaps += 1
          else if (sample.sourceTime === null) sum.resumed += 1
          else {
            count += 1
            checksum.add(sample.sourceTime ?? 0, sample.value)
          }
        }
      }
      sum.queued += wanted
      sum.archived += count
      sum.gapMarkers += gaps
      sum.missing += Math.max(0, wanted - count)
      // What was queued for a session when it was closed went with it.
      const kept = wanted + made.repeated - made.published
      sum.lost += Math.max(0, wanted - count - Math.max(0, kept))
      if (count < wanted && gaps <= otherMarkers) sum.unexplained += 1
      sum.doubled += Math.max(0, count - wanted)
      const differs = count === wanted && checksum.toString() !== made.checksum
      if (differs) sum.differing += 1
      if ((count !== wanted || differs) && examples.length < 5) {
        examples.push(`${id}: ${wanted} made, ${count} archived${differs ? ', other content' : ''}`)
      }
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return { points: ids.length, ...sum, examples }
}
