import type { Micros, PointId, ValueType } from '@mla/model'
import type { DerivedRules, FilterRules } from '@mla/processing'
import type { AlarmRules } from './alarm-rules.ts'
import type { Logs } from './log-source.ts'
import type { Signal } from './signal.ts'

/** The configuration database in force: validated as a whole, templates expanded. */
export interface Cdb {
  /** A hash of the content: the same content has the same version. */
  readonly version: string
  readonly sources: ReadonlyMap<string, Source>
  readonly points: ReadonlyMap<PointId, Point>
  readonly archiveClasses: ReadonlyMap<string, ArchiveClass>
  /** The services that make up the system, by name. */
  readonly components: ReadonlyMap<string, ComponentDeclaration>
  readonly logs: Logs
  /** Null where there are no alarms. */
  readonly alarms: AlarmRules | null
}

/** An OPC-UA server. */
export interface Source {
  readonly id: string
  readonly description: string | null
  /** `opc.tcp://host:port/path`; `${NAME:-default}` in the file is taken from the environment. */
  readonly endpoint: string
  readonly securityMode: 'None' | 'Sign' | 'SignAndEncrypt'
  /** `None`, `Basic256Sha256`, `Aes128_Sha256_RsaOaep` or `Aes256_Sha256_RsaPss`. */
  readonly securityPolicy: string
  readonly user: { readonly name: string; readonly passwordFile: string } | null
  readonly publishingIntervalMs: number
  /** The partition of each of its lanes; a point's lane is found by a hash of its id. */
  readonly lanes: readonly number[]
}

export interface Point {
  readonly id: PointId
  readonly description: string | null
  readonly unit: string | null
  readonly type: ValueType
  readonly source: string
  /** `nsu=<namespace URI>;s=<name>` (or i=, g=, b=); `ns=0;i=…` for the standard namespace. */
  readonly nodeId: string
  /** The sampling interval asked of the server. */
  readonly intervalMs: number
  readonly queueSize: number
  readonly deadband: { readonly kind: 'absolute' | 'percent'; readonly value: number } | null
  /** Values outside of it are sent on as BAD (BadOutOfRange). */
  readonly range: { readonly low: number; readonly high: number } | null
  /** Names of an enumeration's values by code. */
  readonly enumeration: ReadonlyMap<number, string> | null
  readonly archiveClass: string
  /** Which of its source's lanes it travels in: an index into `Source.lanes`. */
  readonly lane: number
  /** Which of its values are sent on; null sends all. */
  readonly filter: FilterRules | null
  /** How it is made of other points; null for one of a server. Its source is `derived`. */
  readonly derived: DerivedRules | null
  /** How the simulator makes its values (see `signal.ts`); the collector does not read it. */
  readonly signal: Signal | null
}

export interface ArchiveClass {
  readonly name: string
  readonly retentionDays: number | null
  /** Summaries that are kept beside the samples, from the narrowest to the widest. */
  readonly rollups?: readonly Rollup[]
}

export interface Rollup {
  readonly widthMicros: Micros
  /** Null is for ever. */
  readonly retentionDays: number | null
}

/** A service that is started and stopped with its subsystem. */
export interface ComponentDeclaration {
  readonly name: string
  readonly description: string | null
  readonly subsystem: string
  /** Services of its subsystem that are ONLINE before it starts, and stop after it. */
  readonly needs: readonly string[]
  /** How many of it there are, at least. */
  readonly instances: number
}

/** What is wrong with a file, where, and what to do about it. */
export interface Problem {
  readonly file: string
  /** Inside the file, as `points[3].type`; empty for the file as a whole. */
  readonly path: string
  readonly line: number | null
  readonly message: string
  readonly cure: string
}

export type LoadResult =
  | { readonly ok: true; readonly cdb: Cdb; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
