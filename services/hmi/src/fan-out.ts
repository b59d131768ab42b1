import type { PointId, Sample } from '@mla/model'

interface Sink {
  push(sample: Sample): void
}

/** Hands each new sample to whoever wants its point. */
export interface FanOut {
  attach(point: PointId, sink: Sink): void
  detach(point: PointId, sink: Sink): void
  publish(sample: Sample): void
}

export function createFanOut(): FanOut {
  const sinks = new Map<PointId, Set<Sink>>()
  return {
    attach(point, sink) {
      const known = sinks.get(point)
      if (known) known.add(sink)
      else sinks.set(point, new Set([sink]))
    },
    detach(point, sink) {
      const known = sinks.get(point)
      known?.delete(sink)
      if (known?.size === 0) sinks.delete(point)
    },
    publish(sample) {
      const known = sinks.get(sample.point)
      if (known) for (const sink of known) sink.push(sample)
    },
  }
}
