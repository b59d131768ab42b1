import { type Emission, iasioOf, sameProperties } from '@mla/alarm'
import type { WireIasio } from '@mla/model'
import type { Sent } from './deployment.ts'

/**
 * What is still to be sent of what a successor worked out while it read the log again: what its
 * predecessor had sent before it ended is in that log. For each IASIO the last one that the
 * predecessor sent is looked for among those worked out; what comes behind it was not sent yet.
 * Where it is not among them (the predecessor had a clock to go by, too) only the last counts; one of
 * the snapshot's own millisecond (not `isSince`) may be from before it, and says nothing then.
 */
export function notYetSent(
  workedOut: readonly Sent[],
  lastInLog: ReadonlyMap<string, WireIasio>,
  isSince: (wire: WireIasio) => boolean,
): readonly Sent[] {
  const byId = new Map<string, number[]>()
  for (const [i, { emission }] of workedOut.entries()) {
    if (!emission.isChange) continue
    const list = byId.get(emission.id) ?? []
    list.push(i)
    byId.set(emission.id, list)
  }
  const wanted = new Set<number>()
  for (const [id, list] of byId) {
    const wire = lastInLog.get(id)
    const sent = wire === undefined ? null : iasioOf(wire)
    const found =
      sent === null ? -1 : list.findLastIndex((i) => isSame(workedOut[i]?.emission, sent))
    const isStrange = wire !== undefined && found < 0 && isSince(wire)
    for (const i of isStrange ? list.slice(-1) : list.slice(found + 1)) wanted.add(i)
  }
  return workedOut.filter((_, i) => wanted.has(i))
}

/** Whether both say the same. */
function isSame(one: Emission | undefined, other: Emission): boolean {
  return (
    one !== undefined &&
    one.value === other.value &&
    one.validity === other.validity &&
    one.mode === other.mode &&
    one.annunciation === other.annunciation &&
    JSON.stringify(one.operator) === JSON.stringify(other.operator) &&
    sameProperties(one.properties, other.properties)
  )
}
