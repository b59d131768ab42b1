import type { LogSource } from '@mla/cdb'
import { levelOfSource, type SourceLevel } from '@mla/control'
import { createPolicy, type Recipe, type Summary, understand } from '@mla/logs'
import { LogDraft, type Micros, microsPerDay, rankOf, textAt } from '@mla/model'
import type { Lane } from './lanes.ts'
import { Tally } from './tally.ts'

/** What is known of the frames of one sender. */
export interface Sender {
  readonly lane: Lane
  /** Stands for the host of records that name none; null for none. */
  readonly host: string | null
}

export interface Intake {
  readonly tally: Tally
  /**
   * Makes a record of `bytes[from, to)` and adds it to the sender's lane, if the policy lets it
   * through. `isClean` says that it is known to be ASCII.
   */
  take(
    bytes: Buffer,
    from: number,
    to: number,
    cut: number,
    sender: Sender,
    receivedTime: Micros,
    reference: Micros,
    isClean: boolean,
  ): void
  /** From which priority on records are let through, from now on. */
  setLevel(level: SourceLevel): void
  /** Adds what must be said of records that were withheld. */
  summarise(now: Micros, lane: Lane, isEnd: boolean): void
}

/** INFO: the rank of what says none. */
const usualRank = rankOf('INFO')
const minute = 60_000_000
/** Bytes of a host or process in the name of a source, and how many of these are kept. */
const longestName = 256
const mostNames = 10_000

/** The records of one source of the CDB: the hot path, without an object for a usual record. */
export function createIntake(source: LogSource, recipe: Recipe): Intake {
  const draft = new LogDraft()
  const tally = new Tally()
  const policy = createPolicy({
    minRank: rankOf(source.minPriority),
    rate: source.rate && { ...source.rate, exemptRank: rankOf(source.rate.exempt) },
    sample: source.sample && { oneOf: source.sample.oneOf, belowRank: rankOf(source.sample.below) },
    fold: source.foldMicros === null ? null : { within: source.foldMicros },
  })
  const name = Buffer.from(source.id)
  const named = new Map<string, Buffer>()
  const nameText = source.nameBy === 'host' ? textAt.host : textAt.process
  const circumstances = { receivedTime: 0, reference: 0 }
  let level = levelOfSource(source.id, source.minPriority, new Map())

  /** The name of the record's source, in UTF-8. */
  function sourceName(): Buffer {
    if (source.nameBy === 'id') return name
    const text = draft.readName(nameText)
    if (text === null) return name
    const known = named.get(text)
    if (known !== undefined) return known
    if (named.size >= mostNames) named.clear()
    const made = nameOf(source.id, text)
    named.set(text, made)
    return made
  }

  return {
    tally,
    setLevel(wanted) {
      level = wanted
    },
    take(bytes, from, given, cut, sender, receivedTime, reference, isClean) {
      let to = given
      tally.bytes += to - from + cut
      if (cut > 0) {
        tally.cutFrames++
        tally.cutBytes += cut
      }
      // The newline of a datagram, the carriage return of Windows, the NUL of C.
      while (to > from && isBlank(bytes[to - 1] as number)) to--
      if (to === from) {
        tally.empty++
        return
      }
      circumstances.receivedTime = receivedTime
      circumstances.reference = reference
      const raw = understand(recipe, draft, bytes, from, to, cut, circumstances, isClean)
      if (draft.problem !== null) tally.notUnderstood++
      if (sender.host !== null && !draft.has(textAt.host)) draft.text(textAt.host, sender.host)
      const rank = draft.rank < 0 ? usualRank : draft.rank
      const least = level.of === null ? level.usual : level.of(sourceName().toString())
      const withheld = policy.withholds(draft, rank, receivedTime, least)
      if (withheld !== null) {
        tally.withhold(withheld, rank)
        return
      }
      const { time } = draft
      if (time > receivedTime + minute || time < receivedTime - microsPerDay) tally.strangeTimes++
      tally.received[rank] = (tally.received[rank] as number) + 1
      const { lane } = sender
      lane.writer.add(draft, sourceName(), receivedTime, raw)
      lane.grown()
    },
    summarise(now, lane, isEnd) {
      for (const summary of policy.summaries(now, isEnd)) {
        lane.writer.addRecord(recordOf(summary, source.id, now))
        lane.grown()
      }
    },
  }
}

/** `source/text` in UTF-8, of the text as many whole letters as have room. */
function nameOf(source: string, text: string): Buffer {
  const start = Buffer.byteLength(source) + 1
  const bytes = Buffer.alloc(start + longestName)
  bytes.write(`${source}/`)
  return Buffer.from(bytes.subarray(0, start + bytes.write(text, start)))
}

const isBlank = (byte: number): boolean => byte === 10 || byte === 13 || byte === 0

function recordOf(summary: Summary, source: string, now: Micros) {
  return {
    ...{ time: now, receivedTime: now, source, thread: null, file: null, line: null },
    ...{ routine: null, audience: null, raw: null, id: null },
    ...summary,
  }
}
