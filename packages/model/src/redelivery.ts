import type { SampleBatch } from './sample.ts'

/** What every batch says of itself, of samples and of log records. */
export type BatchIdentity = Pick<SampleBatch, 'collector' | 'epoch' | 'lane' | 'sequence'>

/** Collectors' lanes that are remembered; each of their restarts counts anew. */
const maxLanes = 20_000

/**
 * Tells a batch that came before from a new one: the sequence counts the batches of one lane of
 * one epoch of one collector, so one that is not above the last was seen. It remembers those of
 * its own life only; what came before that, the archive recognises sample by sample.
 */
export function createRedelivery(): (batch: BatchIdentity) => boolean {
  const last = new Map<string, number>()
  return ({ collector, epoch, lane, sequence }) => {
    const key = `${collector}\n${epoch}\n${lane}`
    const known = last.get(key)
    if (known !== undefined && sequence <= known) return true
    // To the end of the map, whose first entries are forgotten first.
    last.delete(key)
    last.set(key, sequence)
    if (last.size > maxLanes) last.delete(last.keys().next().value as string)
    return false
  }
}
