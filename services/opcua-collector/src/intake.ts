import { lostByOverflow, type Micros, type PointId, type Sample, timeFlag } from '@mla/model'
import type { NodeValue } from '@mla/opcua'
import { admit } from './admit.ts'
import { type Fault, faultOf, sampleOf } from './normalise.ts'
import type { Offenders } from './offenders.ts'
import { noteSample, type TrackedPoint } from './tracked-point.ts'

/** What a notification held, beside its samples. */
export interface IntakeCounts {
  readonly faults: ReadonlyMap<Fault, number>
  readonly suppressed: ReadonlyMap<string, number>
  /** Values of points that have left the CDB. */
  readonly unknown: number
  readonly overflows: number
  readonly future: number
  readonly past: number
  /** Second samples of values that did not change through a gap. */
  readonly resumed: number
}

export interface Intake {
  /** By index of lane, in the server's order; undefined where a lane has none. */
  readonly lanes: readonly (readonly Sample[] | undefined)[]
  readonly counts: IntakeCounts
}

/** Makes samples of the values of one notification. */
export function takeIn(
  values: readonly NodeValue[],
  collectedTime: Micros,
  points: ReadonlyMap<PointId, TrackedPoint>,
  offenders: Offenders,
): Intake {
  const lanes: Sample[][] = []
  const faults = new Map<Fault, number>()
  const suppressed = new Map<string, number>()
  let [unknown, overflows, future, past, resumed] = [0, 0, 0, 0, 0]

  for (const value of values) {
    const point = points.get(value.key)
    if (point === undefined) {
      unknown++
      continue
    }
    const fault = faultOf(point.rules, value)
    if (fault === null) offenders.right(value.key)
    else {
      offenders.wrong(value.key, reasonOf(fault, point, value))
      count(faults, fault)
    }
    const sample = sampleOf(point.rules, value, fault, collectedTime)
    if (lostByOverflow(sample)) overflows++
    const flag = timeFlag(sample)
    if (flag === 'future') future++
    else if (flag === 'past') past++
    const suppression = admit(point, sample)
    if (suppression !== null) {
      count(suppressed, suppression)
      continue
    }
    lanes[point.lane] ??= []
    const lane = lanes[point.lane]
    lane?.push(sample)
    const second = noteSample(point, sample)
    if (second !== null) {
      lane?.push(second)
      resumed++
    }
  }
  return { lanes, counts: { faults, suppressed, unknown, overflows, future, past, resumed } }
}

const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function reasonOf(fault: Fault, { rules }: TrackedPoint, value: NodeValue): string {
  if (fault === 'type mismatch') return `${fault}: ${value.type} instead of ${rules.type}`
  if (fault === 'out of range') return `${fault}: beyond ${rules.low} to ${rules.high}`
  return `${fault}: ${value.unsupported}`
}
