import type { Micros, Value, ValueType } from '@mla/model'

/** One node to watch. `key` is what the caller knows it by (a point id). */
export interface WatchedNode {
  readonly key: string
  /** `nsu=<namespace URI>;s=<name>` or a plain node id; resolved anew on each connection. */
  readonly nodeId: string
  readonly samplingIntervalMs: number
  readonly queueSize: number
  readonly deadband: { readonly kind: 'absolute' | 'percent'; readonly value: number } | null
}

/** One value as the server sent it, in the words of the model. */
export interface NodeValue {
  readonly key: string
  readonly sourceTime: Micros | null
  readonly serverTime: Micros | null
  readonly status: number
  /** Null where the server sent no value at all, or one of a type that has no place in the model. */
  readonly type: ValueType | null
  readonly value: Value
  /** Set where the value could not be carried over (its OPC-UA type); the value is null then. */
  readonly unsupported: string | null
}

export type LinkState =
  | { readonly state: 'connecting'; readonly reason: string }
  | { readonly state: 'connected' }
  /** No values from `since` on: connection, session or one subscription is gone. */
  | {
      readonly state: 'lost'
      readonly since: Micros
      readonly reason: string
      readonly keys: 'all' | readonly string[]
    }

/** What the server made of a node. */
export type NodeOutcome =
  | {
      readonly key: string
      readonly ok: true
      readonly samplingIntervalMs: number
      readonly queueSize: number
    }
  | { readonly key: string; readonly ok: false; readonly status: number; readonly reason: string }

export interface LinkEvents {
  /** All values of one notification message, in the server's order. */
  values(values: readonly NodeValue[], receivedTime: Micros): void
  state(state: LinkState): void
  nodes(outcomes: readonly NodeOutcome[]): void
  /** What the server granted where it differs from what was asked. */
  revised(what: string, asked: number, granted: number): void
}

export interface LinkSettings {
  readonly endpoint: string
  readonly applicationName: string
  readonly securityMode: 'None' | 'Sign' | 'SignAndEncrypt'
  readonly securityPolicy: string
  readonly user: { readonly name: string; readonly password: string } | null
  /** The certificate store: own key pair, trusted and rejected certificates. */
  readonly pkiFolder: string
  readonly publishingIntervalMs: number
  readonly requestTimeoutMs: number
  /** A subscription is taken for dead after this long without values or keep-alive. */
  readonly silenceMs: number
  /** Nodes that the server refused are asked for again after this long; 60 s unless told. */
  readonly retryNodesMs?: number
}

export interface LinkFigures {
  readonly connected: boolean
  readonly nodesWatched: number
  readonly nodesFailed: number
  readonly subscriptions: number
  readonly reconnections: number
}

/**
 * Keeps one OPC-UA server connected, for ever, and the wanted nodes watched: one session,
 * one subscription for each sampling interval. It never throws for what a server does.
 */
export interface ServerLink extends AsyncDisposable {
  /** Replaces the wanted nodes; those that stay are not disturbed. */
  watch(nodes: readonly WatchedNode[]): void
  figures(): LinkFigures
}

export interface BrowsedNode {
  /** Browse names from the Objects folder down, joined by `/`. */
  readonly path: string
  /** With the namespace as URI. */
  readonly nodeId: string
  readonly type: ValueType | null
  readonly value: Value
  readonly status: number
  readonly description: string | null
  readonly unit: string | null
  readonly enumeration: ReadonlyMap<number, string> | null
}
