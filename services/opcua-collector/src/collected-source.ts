import type { Log } from '@mla/kit'
import type { Micros, Sample } from '@mla/model'
import type { HandOver, LinkFigures, Progresses } from '@mla/opcua'
import type { SignOfLife } from './alive.ts'
import type { CollectorSettings } from './config.ts'
import type { OpenLink } from './connection.ts'
import type { Lane } from './entry.ts'
import type { HandOvers } from './hand-over.ts'
import type { Offender } from './offenders.ts'
import type { SourcePlan } from './plan.ts'
import type { Report } from './report.ts'

export interface SourceParts {
  readonly openLink: OpenLink
  readonly settings: CollectorSettings
  readonly report: Report
  readonly log: Log
  readonly handOvers: Pick<HandOvers, 'changed'>
  /** Sends samples of one lane, in order; `safe` is called when they, and all before them, are safe. */
  send(lane: Lane, samples: readonly Sample[], collectedTime: Micros, safe?: () => void): void
  readonly now: () => Micros
}

export interface SourceFigures {
  readonly id: string
  /** Null while no link is open. */
  readonly link: LinkFigures | null
  /** Points whose last value was not what the CDB says. */
  readonly faulty: readonly Offender[]
  /** Points that the server refuses to watch. */
  readonly refused: readonly Offender[]
}

/** How many points are watched, refused by the server, and wrong at the moment. */
export interface SourceStanding {
  readonly watched: number
  readonly refused: number
  readonly faulty: number
}

/** What a source is at the moment, for the signs of life and the health. */
export interface SourceState {
  /** A connection was made, or an attempt has failed. */
  readonly isTried: boolean
  /** Values came that no gap marker has ended. */
  readonly isLive: boolean
  /** Where its values ended in an earlier life, while nothing says yet whether they go on from there. */
  readonly liveUntil: Micros | null
  readonly progress: Progresses
  /** When its last gap began; null where it had none. */
  readonly gapSince: Micros | null
}

/** One OPC-UA server: its connection, and what becomes of its values. */
export interface CollectedSource {
  /** Takes a new CDB version; what stays the same is not disturbed. */
  update(plan: SourcePlan): void
  /** Sends an empty batch in each lane that was silent for `idleMicros`. */
  fillIdleLanes(now: Micros, idleMicros: Micros): void
  /** Sends again what was silent for as long as it may be. */
  repeatSilent(now: Micros): void
  state(): SourceState
  figures(): SourceFigures
  standing(): SourceStanding
  /** Tells the points that went wrong since the last call. */
  tellNews(): void
  /**
   * Closes the connection, then marks the end of the values; or leaves the subscriptions at the
   * server, where another collector goes on with them, and marks nothing.
   */
  close(reason: 'stop' | 'removed' | 'handed over'): Promise<void>
}

/** What an earlier life of the collector has left of a source. */
export interface EarlierLife {
  /** Where its values ended. Unmarked, it is marked for what cannot be taken over. */
  readonly endedAt: SignOfLife | null
  readonly handOver: HandOver | null
}
