import { gapMarker, type Micros, type Sample, type SampleBatch } from '@mla/model'
import type { DerivedPoint, InputDescription } from './derived.ts'
import { createProcessor, type Processor } from './processor.ts'

export const second = 1_000_000
/** 2026-11-21T00:00:00Z */
export const start = 1_795_219_200 * second

export const sampleAt = (
  time: Micros,
  value: Sample['value'],
  status = 0,
  point = 'A/B',
): Sample => ({
  ...{ point, sourceTime: time, serverTime: null, collectedTime: time + 1000, text: null },
  ...{ type: 'double', value, status },
})

/** A derived point of `A/B`, or of the points given. */
export const derived = (
  make: DerivedPoint['rules']['make'],
  {
    type = 'double',
    unit = null,
    allowance = 0,
    inputs = ['A/B'],
    id = 'A/B.made',
  } = {} as Partial<Omit<DerivedPoint, 'rules'> & DerivedPoint['rules']>,
): DerivedPoint => ({ id, type, unit, rules: { inputs, allowance, make } })

export const describe = (id: string): InputDescription => ({ id, type: 'number', unit: null })

export const processorOf = (...points: readonly DerivedPoint[]): Processor =>
  createProcessor({ points, describe })

type Batch = Pick<SampleBatch, 'lane' | 'samples'>

/** A batch of one lane, appended when its newest sample was collected. */
export const feed = (processor: Processor, batch: Batch): Sample[] =>
  processor.take(batch, Math.max(...batch.samples.map((one) => one.collectedTime)))

/** Lets the clock of a lane run on, so that all that can be known is. */
export const finish = (processor: Processor, after: Micros, lane = 'a.0'): Sample[] =>
  processor.take({ lane, samples: [] }, after + 24 * 3600 * second)

/** mulberry32: the same series for the same seed, everywhere. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A random series, in batches as they come: gaps, copies, disorder of up to 3 s, BAD and UNCERTAIN,
 * NaN and infinities. Between two batches of it no more than 3 s go back.
 */
export function randomBatches(seed: number, point = 'A/B', lane = 'a.0'): Batch[] {
  const random = seeded(seed)
  const samples: Sample[] = []
  const count = 50 + Math.floor(random() * 350)
  let [time, value] = [start + Math.floor(random() * 60) * second, random() * 100]
  for (let i = 0; i < count; i++) {
    time += Math.floor((0.2 + random() * 1.6) * second)
    value += random() - 0.5
    const luck = random()
    if (luck < 0.01) {
      samples.push({ ...gapMarker(point, 'double', time) })
      time += Math.floor(random() * 180) * second
      continue
    }
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const one = luck < 0.04 ? (odd[Math.floor(random() * 3)] ?? 0) : Math.round(value * 1e6) / 1e6
    const status = luck > 0.97 ? 0x80000000 : luck > 0.95 ? 0x40000000 : 0
    samples.push(sampleAt(time, one, status, point))
    if (random() < 0.03) samples.push(sampleAt(time, one, status, point))
  }
  // Late by up to 3 s: put behind what is up to 3 s newer.
  const arrival = samples.map((sample) => ({
    sample,
    at: (sample.sourceTime ?? sample.collectedTime) + (random() < 0.1 ? random() * 3 * second : 0),
  }))
  arrival.sort((a, b) => a.at - b.at)
  const batches: Batch[] = []
  for (let i = 0; i < arrival.length; ) {
    const size = 1 + Math.floor(random() * 12)
    const taken = arrival.slice(i, i + size).map(({ sample, at }) => ({
      ...sample,
      collectedTime: Math.floor(at) + 1000,
    }))
    batches.push({ lane, samples: taken })
    i += size
  }
  return batches
}
