import type { LogArchive, Position } from '@mla/archive'
import type { Consumer, Message } from '@mla/bus'
import { retry } from '@mla/kit'
import type { EncodedLogs } from './encoded-logs.ts'
import type { Report } from './report.ts'
import type { Sifted } from './sift.ts'

export interface AssignmentParts {
  readonly archive: LogArchive
  readonly report: Report
  readonly consumer: Consumer<EncodedLogs>
  readonly assignment: number
}

/** Work on the partitions of one assignment. */
export interface Assignment {
  /** Archives; resolves with what is new of it, in order. */
  take(
    partition: number,
    sifted: readonly Sifted[],
    signal: AbortSignal,
  ): Promise<readonly Sifted[]>
  /** Stores what is open as far as it is, and commits that. */
  refresh(signal: AbortSignal): Promise<void>
  /** Archives and commits what is open, so that who takes over finds nothing to do again. */
  finish(signal: AbortSignal): Promise<void>
}

export type Messages = readonly Message<EncodedLogs>[]

export function beginAssignment(parts: AssignmentParts): Assignment {
  const { archive, report, consumer, assignment } = parts
  const writer = archive.openWriter()
  /** Records of each batch that is not committed, by partition. */
  const open = new Map<number, { offset: number; records: number }[]>()

  async function untilStored<T>(store: () => Promise<T>, signal: AbortSignal): Promise<T> {
    let failed = false
    const stored = await retry(store, signal, (error, attempt) => {
      failed = true
      report.archiveAway(error, attempt)
    })
    if (failed) report.archiveBack()
    return stored
  }

  function settle(positions: readonly Position[]): number {
    let records = 0
    for (const { partition, offset } of positions) {
      const batches = open.get(partition) ?? []
      const left = batches.filter((one) => one.offset >= offset)
      for (const one of batches) if (one.offset < offset) records += one.records
      open.set(partition, left)
    }
    return records
  }

  async function commit(positions: readonly Position[], signal: AbortSignal): Promise<void> {
    if (positions.length === 0) return
    const kept = await untilStored(() => consumer.commit(positions, assignment), signal)
    if (kept) report.archived(settle(positions), positions.length)
    else report.commitRefused()
  }

  return {
    async take(partition, sifted, signal) {
      const batches = sifted.map(({ archive }) => archive)
      const { durable, redelivered } = await untilStored(
        () => writer.append(partition, batches),
        signal,
      )
      const fresh = sifted.filter(({ archive }) => !redelivered.has(archive.offset))
      const noted = open.get(partition) ?? []
      for (const { archive, kept } of fresh) noted.push({ offset: archive.offset, records: kept })
      open.set(partition, noted)
      for (const one of sifted) {
        if (redelivered.has(one.archive.offset)) report.redelivered(one)
        else report.taken(one)
      }
      await commit(durable, signal)
      return fresh
    },
    async refresh(signal) {
      await commit(await untilStored(() => writer.refresh(), signal), signal)
    },
    async finish(signal) {
      try {
        await commit(await untilStored(() => writer.flush(), signal), signal)
      } catch (error) {
        report.notFlushed(error)
      }
    },
  }
}
