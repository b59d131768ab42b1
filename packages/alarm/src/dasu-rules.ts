import { type Micros, microsPerSecond } from '@mla/model'
import type { IasType } from './iasio.ts'

/** An ASCE: one transfer function with its inputs, its output and its properties. */
export interface AsceRules {
  readonly id: string
  /** The name of one of ours, or a class of IAS. */
  readonly transferFunction: string
  readonly inputs: readonly string[]
  readonly output: string
  /** Those of the transfer function, and those that begin with `mla.` (see `asce-properties.ts`). */
  readonly properties: Readonly<Record<string, string>>
}

/** What an IASIO is declared to be. */
export interface IasioRules {
  readonly id: string
  readonly type: IasType
  readonly canShelve: boolean
}

/** A DASU: ASCEs that feed each other, with templates already put in. */
export interface DasuRules {
  readonly supervisor: string
  readonly id: string
  readonly output: string
  readonly asces: readonly AsceRules[]
  /** Every IASIO that its ASCEs name. */
  readonly iasios: ReadonlyMap<string, IasioRules>
  /** A value older than this is unreliable. */
  readonly validityThreshold: Micros
  /** How often an output is sent again though it has not changed. */
  readonly refresh: Micros
  /** The least time between two evaluations that publish. */
  readonly throttle: Micros
}

export const defaultThrottle: Micros = 20_000
export const defaultRefresh: Micros = 5 * microsPerSecond
export const defaultValidityThreshold: Micros = 11 * microsPerSecond
