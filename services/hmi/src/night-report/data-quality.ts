import { type Micros, type PointId, qualityOf, type Sample } from '@mla/model'

/** Of what quality the values of a system were at some moments of a range. */
export interface SystemQuality {
  readonly system: string
  readonly points: number
  /** Shares of all its values at these moments, 0 to 1; together they are 1. */
  readonly good: number
  readonly uncertain: number
  readonly bad: number
  /** Without any value, or with the mark of a gap. */
  readonly missing: number
}

export interface DataQuality {
  readonly moments: readonly Micros[]
  /** By name. */
  readonly systems: readonly SystemQuality[]
}

/** Moments at which all points are looked at: each reads the value in force of each point. */
const mostMoments = 6
/** BadNoCommunication: the mark of a gap. */
const noCommunication = 0x8031

interface Counts {
  points: number
  good: number
  uncertain: number
  bad: number
  missing: number
}

/** `at` answers the value in force of each point at a time; a point without one is left out. */
export async function dataQuality(
  points: readonly PointId[],
  from: Micros,
  to: Micros,
  at: (points: readonly PointId[], time: Micros) => Promise<ReadonlyMap<PointId, Sample>>,
): Promise<DataQuality> {
  const step = Math.floor((to - from) / mostMoments)
  const moments = Array.from({ length: mostMoments }, (_, i) => from + (i + 1) * step - 1)
  const systems = new Map<string, Counts>()
  for (const time of moments) {
    const found = await at(points, time)
    for (const point of points) {
      const system = point.split('/', 1)[0] ?? ''
      const counts = systems.get(system) ?? { points: 0, good: 0, uncertain: 0, bad: 0, missing: 0 }
      systems.set(system, counts)
      counts.points++
      counts[kindOf(found.get(point))]++
    }
  }
  const shares = [...systems].map(([system, { points: values, ...counts }]) => ({
    ...{ system, points: values / moments.length },
    ...{ good: counts.good / values, uncertain: counts.uncertain / values },
    ...{ bad: counts.bad / values, missing: counts.missing / values },
  }))
  return { moments, systems: shares.sort((a, b) => (a.system < b.system ? -1 : 1)) }
}

function kindOf(sample: Sample | undefined): 'good' | 'uncertain' | 'bad' | 'missing' {
  if (!sample || sample.status >>> 16 === noCommunication) return 'missing'
  const quality = qualityOf(sample.status)
  return quality === 'GOOD' ? 'good' : quality === 'UNCERTAIN' ? 'uncertain' : 'bad'
}
