import { nextSequence } from './sequence.ts'

/** How far the messages of a subscription are safe: what the next link begins from. */
export interface Progress {
  /** All up to this sequence number are safe; 0 before the first. */
  readonly safe: number
  /** The server still had every message that was not yet safe, when it last said what it has. */
  readonly isRetained: boolean
}

/** From the start, and where nothing is known. */
export const noProgress: Progress = { safe: 0, isRetained: true }

/**
 * The messages of one subscription from their delivery to their acknowledgement. A message is
 * acknowledged when it is safe, and until then the server keeps it for Republish: so a process that
 * is killed leaves with the server what only it had. It costs per message, not per value.
 */
export interface Ledger {
  delivered(sequenceNumber: number): void
  /** It is safe, or there was nothing in it to be kept. */
  settled(sequenceNumber: number): void
  /** The server sent it once more: it does not know that it was acknowledged, if it was. */
  repeated(sequenceNumber: number): void
  /** What is to be acknowledged with the next PublishRequest; it is forgotten here. */
  takeDue(): readonly number[]
  /** An acknowledgement that did not reach the server. */
  putBack(sequenceNumbers: readonly number[]): void
  /** What the server says it could send again (availableSequenceNumbers of a PublishResponse). */
  available(sequenceNumbers: readonly number[]): void
  progress(): Progress
}

export function createLedger(from: Progress = noProgress): Ledger {
  /** In the order of their delivery. */
  const unsafe = new Set<number>()
  let due: number[] = []
  let last = from.safe
  let { isRetained } = from
  const acknowledge = (sequenceNumber: number): void => {
    if (!due.includes(sequenceNumber)) due.push(sequenceNumber)
  }
  return {
    delivered(sequenceNumber) {
      unsafe.add(sequenceNumber)
      last = sequenceNumber
    },
    settled(sequenceNumber) {
      unsafe.delete(sequenceNumber)
      acknowledge(sequenceNumber)
    },
    repeated(sequenceNumber) {
      if (!unsafe.has(sequenceNumber)) acknowledge(sequenceNumber)
    },
    takeDue() {
      if (due.length === 0) return []
      const taken = due
      due = []
      return taken
    },
    putBack(sequenceNumbers) {
      due.unshift(...sequenceNumbers)
    },
    available(sequenceNumbers) {
      isRetained = true
      for (const one of unsafe) if (!sequenceNumbers.includes(one)) isRetained = false
    },
    progress() {
      for (const first of unsafe) return { safe: before(first), isRetained }
      return { safe: last, isRetained }
    },
  }
}

const before = (sequenceNumber: number): number =>
  nextSequence(sequenceNumber) === 2 ? 0xffffffff : sequenceNumber - 1

/** The messages that a server still has and that were not safe, oldest first. */
export const unsafeOf = (available: readonly number[], { safe }: Progress): readonly number[] =>
  available.filter((one) => safe === 0 || ((one - safe) | 0) > 0).sort((a, b) => (a - b) | 0)
