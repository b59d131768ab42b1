import { LogBatchWriter, type Micros } from '@mla/model'
import type { Entry } from './entry.ts'

/** Where the records of some connections gather to a batch; order holds within it. */
export interface Lane {
  readonly writer: LogBatchWriter
  /** To be called after each record: sends the batch when it is full. */
  grown(): void
}

export interface Lanes {
  /** The lane of a source with this index; the same one each time. */
  laneOf(source: string, index: number, partition: number): Lane
  /** Sends what has gathered, full or not. */
  sealAll(): void
}

/** The lanes of one life of the collector. A lane's numbers go on when it comes back to the CDB. */
export function createLanes(parts: {
  readonly collector: string
  readonly epoch: Micros
  readonly batchBytes: number
  readonly now: () => Micros
  readonly put: (entry: Entry) => void
}): Lanes {
  const { collector, epoch, batchBytes, now, put } = parts
  const lanes = new Map<string, { readonly lane: Lane; readonly seal: () => void }>()

  function open(source: string, key: string, partition: number) {
    const writer = new LogBatchWriter()
    let sequence = 0
    const seal = (): void => {
      if (writer.count === 0) return
      const batch = writer.seal({ collector, epoch, sequence: sequence++, lane: key })
      put({ source, lane: key, partition, time: now(), ...batch })
    }
    const grown = (): void => {
      if (writer.size >= batchBytes) seal()
    }
    return { lane: { writer, grown }, seal }
  }

  return {
    laneOf(source, index, partition) {
      const key = `${source}.${index}`
      // A partition that changed in the CDB is another lane's: numbers of a lane never part.
      const name = `${key}.${partition}`
      const known = lanes.get(name) ?? open(source, name, partition)
      lanes.set(name, known)
      return known.lane
    },
    sealAll() {
      for (const { seal } of lanes.values()) seal()
    },
  }
}
