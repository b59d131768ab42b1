import type { IasioBatch, Micros, WireIasio } from '@mla/model'

/** What is known of one IASIO of the BSDB. */
export interface BsdbEntry {
  readonly wire: WireIasio
  /** Who made it: its epoch and the number of the batch say which of two is newer. */
  readonly epoch: Micros
  readonly sequence: number
}

export interface BsdbChange {
  readonly entry: BsdbEntry
  readonly before: BsdbEntry | null
}

const mostRemembered = 10_000

/**
 * The newest of each IASIO that is wanted, from the batches of the BSDB. What comes again, and
 * what a process sends that another has replaced, is passed over.
 */
export interface BsdbTable {
  /** What a batch changes; signs of life, which say what is known, are left out. */
  take(batch: IasioBatch): readonly BsdbChange[]
  get(id: string): BsdbEntry | null
  all(): IterableIterator<BsdbEntry>
  /** Batches of an older epoch than one that was seen, and copies. */
  readonly passedOver: number
}

export function createBsdbTable(isWanted: (wire: WireIasio) => boolean): BsdbTable {
  const entries = new Map<string, BsdbEntry>()
  const epochs = new Map<string, Micros>()
  /** Of the newest epoch of each producer: the last batches. */
  const seen = new Map<string, Set<number>>()
  let passedOver = 0

  function isCopy(producer: string, sequence: number): boolean {
    const known = seen.get(producer)
    if (!known) return false
    if (known.has(sequence)) return true
    known.add(sequence)
    if (known.size > mostRemembered) for (const oldest of known) return !known.delete(oldest)
    return false
  }

  return {
    take({ producer, epoch, sequence, values }) {
      const newest = epochs.get(producer) ?? epoch
      if (epoch < newest) {
        passedOver++
        return []
      }
      if (epoch > newest || !epochs.has(producer)) {
        epochs.set(producer, epoch)
        seen.set(producer, new Set())
      }
      if (isCopy(producer, sequence)) {
        passedOver++
        return []
      }
      const changes: BsdbChange[] = []
      for (const wire of values) {
        if (!isWanted(wire)) continue
        const before = entries.get(wire.id) ?? null
        if (before && before.epoch === epoch && before.sequence > sequence) continue
        const entry = { wire, epoch, sequence }
        entries.set(wire.id, entry)
        if (before === null || saysOther(before.wire, wire)) changes.push({ entry, before })
      }
      return changes
    },
    get: (id) => entries.get(id) ?? null,
    all: () => entries.values(),
    get passedOver() {
      return passedOver
    },
  }
}

/** Whether the alarm is another one: not only newer, or with another measured value beside it. */
export function saysOther(a: WireIasio, b: WireIasio): boolean {
  return (
    a.value !== b.value ||
    a.validity !== b.validity ||
    a.mode !== b.mode ||
    a.annunciation !== b.annunciation ||
    b.action !== null ||
    !sameNote(a.acknowledgement, b.acknowledgement) ||
    !sameNote(a.shelf, b.shelf) ||
    !sameNote(a.outOfService, b.outOfService) ||
    a.properties['fault'] !== b.properties['fault']
  )
}

type Note = WireIasio['shelf']

const sameNote = (a: Note, b: Note): boolean =>
  a === b ||
  (a !== null && b !== null && a.time === b.time && a.user === b.user && a.until === b.until)
