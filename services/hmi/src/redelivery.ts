import type { SampleBatch } from '@mla/model'

/** Collectors' lanes that are remembered; each of their restarts counts anew. */
const maxLanes = 20_000

/**
 * Tells a batch that came before from a new one: the sequence counts the batches of one lane of
 * one epoch of one collector, so one that is not above the last was seen.
 */
export function createRedelivery(): (batch: SampleBatch) => boolean {
  const last = new Map<string, number>()
  return ({ collector, epoch, lane, sequence }) => {
    const key = `${collector}\n${epoch}\n${lane}`
    const known = last.get(key)
    if (known !== undefined && sequence <= known) return true
    // To the end of the map, whose first entries are forgotten first.
    last.delete(key)
    last.set(key, sequence)
    if (last.size > maxLanes) for (const oldest of last.keys()) return last.delete(oldest) && false
    return false
  }
}
