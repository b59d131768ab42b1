import type { Patterns, RecipeFields } from '@mla/logs'
import type { Micros, PointId, Priority } from '@mla/model'

export interface LogListen {
  readonly transport: 'udp' | 'tcp' | 'tls' | 'http'
  readonly host: string
  readonly port: number
}

/** Where log records come from: one kind of sender, at one or more places. */
export interface LogSource {
  readonly id: string
  readonly description: string | null
  /** A name in `Logs.recipes`. */
  readonly recipe: string
  readonly listen: readonly LogListen[]
  readonly tls: {
    readonly certificateFile: string
    readonly keyFile: string
    readonly caFile: string | null
  } | null
  readonly files: {
    readonly include: readonly string[]
    readonly exclude: readonly string[]
    readonly startAt: 'begin' | 'end'
  } | null
  /** What the source of a record is called: this id, or `<id>/<host>`, or `<id>/<process>`. */
  readonly nameBy: 'id' | 'host' | 'process'
  /** Partitions of `log.records`. */
  readonly lanes: readonly number[]
  readonly minPriority: Priority
  readonly rate: {
    readonly perSecond: number
    readonly burst: number
    readonly exempt: Priority
  } | null
  readonly sample: { readonly oneOf: number; readonly below: Priority } | null
  readonly foldMicros: number | null
  readonly longestRecord: number
  readonly mostConnections: number
}

/** What becomes of records of some sources and audiences; null matches all. */
export interface LogRule {
  readonly sources: readonly string[] | null
  readonly audiences: readonly string[] | null
  /** The least priority; null where another rule decides. */
  readonly archive: Priority | 'off' | null
  readonly live: Priority | 'off' | null
}

/** A monitoring point that counts records. */
export interface LogRate {
  readonly point: PointId
  readonly description: string | null
  readonly sources: readonly string[] | null
  readonly minPriority: Priority
  readonly everyMicros: Micros
  readonly archiveClass: string
}

/** Everything that the configuration says of logs. */
export interface Logs {
  readonly sources: ReadonlyMap<string, LogSource>
  /** Those of the configuration, and the shipped ones that its sources use. */
  readonly recipes: ReadonlyMap<string, RecipeFields>
  readonly patterns: Patterns
  /** In the order in which they count. */
  readonly selection: readonly LogRule[]
  readonly rates: readonly LogRate[]
}

/** A configuration that says nothing of logs. */
export const noLogs: Logs = {
  ...{ sources: new Map(), recipes: new Map(), patterns: {} },
  ...{ selection: [], rates: [] },
}
