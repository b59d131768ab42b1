import type { Sample } from '@mla/model'
import type { Suppression } from '@mla/processing'
import type { TrackedPoint } from './tracked-point.ts'

/**
 * Whether a sample travels on (null) or the reason why it is suppressed, under which it is then
 * counted. The CDB says what is sent: by unchanged value, status and pass window. It is decided
 * here, before the queue, so that live, archive and alarms see the same.
 */
export const admit = ({ filter }: TrackedPoint, sample: Sample): Suppression | null =>
  filter === null ? null : filter.admit(sample)

/**
 * What silent points say again, because a server says nothing of a value that stays: by index of
 * lane, for those whose value is still in force. So silence always means a fault.
 */
export function repeatSilent(
  points: Iterable<TrackedPoint>,
  now: number,
): readonly (readonly Sample[] | undefined)[] {
  const lanes: Sample[][] = []
  for (const { filter, isLive, lane } of points) {
    if (filter === null || !isLive || !filter.isDue(now)) continue
    const sample = filter.repeat(now)
    if (sample === null) continue
    lanes[lane] ??= []
    lanes[lane]?.push(sample)
  }
  return lanes
}
