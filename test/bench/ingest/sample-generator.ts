import type { Outgoing } from '@mla/bus'
import type { Micros, PointId, Sample, SampleBatch } from '@mla/model'

const lanes = 24
const batchSamples = 1000

/** Makes batches as a collector does: quantised values that wander, a thousand samples each. */
export function createGenerator(points: readonly PointId[]): {
  /** About so many samples, as of this time, shared out over all lanes. */
  batches(count: number, now: Micros): Outgoing<SampleBatch>[]
} {
  const values = points.map((_, i) => i % 100)
  const sequences = new Array<number>(lanes).fill(0)
  const epoch = Date.now() * 1000
  const perLane = Math.ceil(points.length / lanes)
  let lane = 0
  const next = new Array<number>(lanes).fill(0)
  let last = 0

  /** Stamps of one point never repeat, also where it comes twice in a tick. */
  const stamp = (now: Micros): Micros => {
    last = Math.max(last + 1, now)
    return last
  }

  function sample(index: number, now: Micros): Sample {
    const value = (values[index] ?? 0) + Math.round((Math.random() - 0.5) * 20) / 100
    values[index] = value
    return {
      point: points[index] ?? '',
      ...{ sourceTime: now, serverTime: now, collectedTime: now + 200_000, type: 'double' },
      ...{ value: Math.round(value * 100) / 100, text: null, status: 0 },
    }
  }

  function batch(size: number, now: Micros): Outgoing<SampleBatch> {
    lane = (lane + 1) % lanes
    const from = lane * perLane
    const width = Math.min(perLane, points.length - from)
    const time = stamp(Math.floor(now / 1000) * 1000)
    const samples = Array.from({ length: size }, () => {
      const at = next[lane] ?? 0
      next[lane] = at + 1
      // A point that comes round again within a batch is a millisecond later.
      return sample(from + (at % width), time + Math.floor(at / width) * 1000)
    })
    const sequence = sequences[lane] ?? 0
    sequences[lane] = sequence + 1
    const name = `bench.${lane}`
    const record = { collector: 'bench', epoch, sequence, source: 'bench', lane: name, samples }
    return { key: name, partition: lane, record }
  }

  return {
    batches(count, now) {
      const sizes: number[] = []
      for (let left = count; left > 0; left -= batchSamples)
        sizes.push(Math.min(left, batchSamples))
      return sizes.map((size) => batch(size, now))
    },
  }
}
