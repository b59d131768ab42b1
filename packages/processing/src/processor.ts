import {
  isGapMarker,
  latestOrder,
  type Micros,
  type PointId,
  type Sample,
  type SampleBatch,
  scalarTypeOf,
  type Value,
  type ValueType,
} from '@mla/model'
import { createOperator, type DerivedPoint, type InputDescription } from './derived.ts'
import { InputQueue } from './input-queue.ts'
import {
  loadNumber,
  type Observation,
  observationOf,
  type Plain,
  recordOf,
  type Saved,
  savePlain,
} from './observation.ts'
import type { Operator } from './operator.ts'

export interface ProcessorRules {
  /** In an order in which each stands behind the points that it is made of. */
  readonly points: readonly DerivedPoint[]
  describe(point: PointId): InputDescription | null
}

export interface ProcessingCounts {
  late: number
  copies: number
}

/**
 * Makes derived points of batches, in the order in which the log has them. What comes out depends
 * on the log alone: a replay from the place of `save` gives the same samples again, stamps included.
 */
export interface Processor {
  take(batch: Pick<SampleBatch, 'lane' | 'samples'>, appendTime: Micros): Sample[]
  /** Whether something is made of this point. */
  wants(point: PointId): boolean
  /** Observations that came too late or twice, since it was asked last. */
  takeCounts(): ProcessingCounts
  save(): Saved
  /** Takes up what a predecessor saved; a point whose rules changed since begins anew. */
  load(saved: Saved): void
}

/** A lane that says nothing holds up functions of several lanes for no longer than this. */
const idleMicros = 60_000_000
/** Points to which nothing came are looked at when the lanes have come so much further. */
const sweepMicros = 1_000_000

interface Source {
  readonly queue: InputQueue
  /** Of the lane that it comes in, once that is known; of a derived point, its own. */
  clock: Clock
  lane: string | null
  /** Of the point that takes it. */
  readonly news: News
}
interface News {
  /** Something came since the point was looked at. */
  is: boolean
}
interface Clock {
  time: Micros
}
interface Made {
  readonly point: DerivedPoint
  readonly mark: string
  readonly sources: readonly Source[]
  readonly operator: Operator
  readonly isImmediate: boolean
  /** What it was advanced to, and what no output of it can be earlier than. */
  readonly reached: Clock
  readonly clock: Clock
  /** Fed with what this point becomes. */
  readonly followers: Source[]
  readonly news: News
}

export function createProcessor({ points, describe }: ProcessorRules): Processor {
  const lanes = new Map<string, Clock>()
  const waiting = new Map<PointId, Source[]>()
  const made = new Map<PointId, Made>()
  let [late, copies] = [0, 0]
  const newest: Clock = { time: Number.NEGATIVE_INFINITY }

  let swept = Number.NEGATIVE_INFINITY

  for (const point of points) made.set(point.id, prepare(point))

  function prepare(point: DerivedPoint): Made {
    const { inputs, allowance } = point.rules
    const followed: [Made, Source][] = []
    const news: News = { is: false }
    const sources = inputs.map((id): Source => {
      const parent = made.get(id)
      // What a function gives is in order already.
      const queue = parent ? new InputQueue(0, 0) : new InputQueue(allowance)
      const clock = parent?.clock ?? { time: Number.NEGATIVE_INFINITY }
      const source = { queue, clock, lane: null, news }
      if (parent) followed.push([parent, source])
      else {
        const known = waiting.get(id) ?? []
        known.push(source)
        waiting.set(id, known)
      }
      return source
    })
    for (const [parent, source] of followed) parent.followers.push(source)
    const descriptions = inputs.map(describe).filter((one) => one !== null)
    const mark = JSON.stringify(point, (_, value) => (value instanceof Map ? [...value] : value))
    return {
      ...{ point, mark, sources, followers: [], news },
      reached: { time: Number.NEGATIVE_INFINITY },
      clock: { time: Number.NEGATIVE_INFINITY },
      // What looks at one observation of one point waits for no other.
      isImmediate: point.rules.make.kind === 'comparison' && inputs.length === 1 && allowance === 0,
      operator: createOperator(point, descriptions),
    }
  }

  const clockOf = (lane: string): Clock => {
    const clock = lanes.get(lane) ?? { time: Number.NEGATIVE_INFINITY }
    lanes.set(lane, clock)
    return clock
  }

  function tick(clock: Clock, samples: readonly Sample[], appendTime: Micros): void {
    // Nothing was sent because there was nothing: a lane that catches up sends no empty batches.
    if (samples.length === 0) clock.time = Math.max(clock.time, appendTime - idleMicros)
    for (const sample of samples) {
      if (isGapMarker(sample)) continue
      const time = Math.min(latestOrder(sample), sample.collectedTime)
      if (time > clock.time) clock.time = time
    }
    newest.time = Math.max(newest.time, clock.time)
  }

  return {
    take({ lane, samples }, appendTime) {
      const out: Sample[] = []
      const clock = clockOf(lane)
      const before = clock.time
      tick(clock, samples, appendTime)
      for (const sample of samples) {
        const sources = waiting.get(sample.point)
        if (sources === undefined) continue
        const observation = observationOf(sample)
        // A marker has the collector's time, which says nothing of the device's clock.
        const heard = isGapMarker(sample) ? Number.NEGATIVE_INFINITY : sample.collectedTime
        for (const source of sources) {
          // Late is judged by what the lane had come to before.
          if (source.clock === clock) source.queue.horizon(before)
          source.queue.add(observation, heard)
          source.news.is = true
          source.clock = clock
          source.lane = lane
        }
      }
      const isSweep = newest.time >= swept + sweepMicros
      if (isSweep) swept = newest.time
      for (const one of made.values()) {
        if (!isSweep && !one.news.is) continue
        one.news.is = false
        run(one, newest.time - idleMicros, appendTime, out)
      }
      return out
    },
    wants: (point) => waiting.has(point),
    takeCounts() {
      for (const { sources } of made.values()) {
        for (const { queue } of sources) {
          late += queue.late
          copies += queue.copies
          queue.late = 0
          queue.copies = 0
        }
      }
      const counts = { late, copies }
      late = 0
      copies = 0
      return counts
    },
    save: () => ({
      swept: savePlain(swept),
      lanes: Object.fromEntries([...lanes].map(([lane, { time }]) => [lane, savePlain(time)])),
      points: Object.fromEntries(
        [...made].map(([id, { mark, sources, operator, clock, reached }]) => [
          id,
          {
            ...{ mark, clock: savePlain(clock.time), reached: savePlain(reached.time) },
            state: operator.save(),
            inputs: sources.map(({ queue, lane }) => [queue.save(), lane]),
          },
        ]),
      ),
    }),
    load(saved) {
      const state = recordOf(saved)
      swept = loadNumber(state['swept'])
      for (const [lane, time] of Object.entries(recordOf(state['lanes']))) {
        clockOf(lane).time = loadNumber(time)
        newest.time = Math.max(newest.time, loadNumber(time))
      }
      const known = recordOf(state['points'])
      for (const { point, mark, sources, operator, clock, reached } of made.values()) {
        const one = recordOf(known[point.id])
        if (one['mark'] !== mark) continue
        clock.time = loadNumber(one['clock'])
        reached.time = loadNumber(one['reached'])
        operator.load(one['state'])
        const inputs = Array.isArray(one['inputs']) ? one['inputs'] : []
        sources.forEach((source, i) => {
          source.queue.load(inputs[i]?.[0])
          source.lane = typeof inputs[i]?.[1] === 'string' ? inputs[i][1] : null
          if (source.lane !== null) source.clock = clockOf(source.lane)
        })
      }
    },
  }
}

/** Lets a point take what nothing earlier can come before any more. */
function run(one: Made, idle: Micros, appendTime: Micros, out: Sample[]): void {
  const { point, sources, operator, followers } = one
  let to = Number.POSITIVE_INFINITY
  for (const { queue, clock } of sources) {
    to = Math.min(to, queue.horizon(Math.max(clock.time, idle)))
  }
  const emit = (time: Micros, value: Plain, status: number): void => {
    const observation: Observation = { time, serverTime: null, value, status }
    for (const follower of followers) {
      follower.queue.add(observation, time)
      follower.news.is = true
    }
    out.push(sampleFrom(point, observation, appendTime))
  }
  const limit = one.isImmediate ? to + 1 : to
  for (;;) {
    const first = sources.reduce((time, { queue }) => Math.min(time, queue.first), limit)
    if (first >= limit) break
    sources.forEach(({ queue }, input) => {
      for (const observation of queue.release(first + 1)) operator.take(input, observation, emit)
    })
    operator.settle(first, emit)
  }
  if (to <= one.reached.time) return
  one.reached.time = to
  operator.advance(to, emit)
  one.clock.time = Math.min(to, operator.earliest?.() ?? to)
}

const sampleFrom = (
  { id, type }: DerivedPoint,
  { time, value, status }: Observation,
  appendTime: Micros,
): Sample => ({
  ...{ point: id, sourceTime: time, serverTime: null, collectedTime: appendTime },
  ...{ type, value: valueIn(type, value), text: null, status },
})

/** As the point is declared: 0 and 1 for a truth value, the nearest whole number for an integer. */
function valueIn(type: ValueType, value: Plain): Value {
  if (value === null) return null
  const scalar = scalarTypeOf(type)
  if (scalar === 'boolean') return typeof value === 'number' ? value !== 0 : value === true
  if (scalar === 'string') return String(value)
  const number = Number(value)
  return scalar === 'double' || scalar === 'float' ? number : Math.round(number)
}
