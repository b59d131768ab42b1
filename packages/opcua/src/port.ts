import type { Micros, Value, ValueType } from '@mla/model'
import type { Progress } from './ledger.ts'

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
  /**
   * All values of one notification message, in the server's order. `safe` is to be called when none of
   * them can be lost any more; only then is the message acknowledged, and the server forgets it.
   */
  values(values: readonly NodeValue[], receivedTime: Micros, safe: () => void): void
  state(state: LinkState): void
  nodes(outcomes: readonly NodeOutcome[]): void
  /** What the server granted where it differs from what was asked. */
  revised(what: string, asked: number, granted: number): void
  /** What `ServerLink.handOver` answers is another from now on. */
  handOverChanged?(): void
}

/**
 * The subscriptions that a link has at its server, as plain data: by it another link, in another
 * process, knows what the values are whose handles the server sends.
 */
export interface HandOver {
  /** When the server began, in milliseconds: in another life of it, the ids are somebody else's. */
  readonly serverStart: number | null
  readonly namespaces: readonly string[]
  readonly subscriptions: readonly HandedSubscription[]
}

export interface HandedSubscription {
  readonly id: number
  readonly samplingIntervalMs: number
  readonly keepAliveMs: number
  readonly items: readonly HandedItem[]
}

export interface HandedItem {
  readonly clientHandle: number
  readonly monitoredItemId: number
  /** As it is watched: one that is wanted otherwise by now is changed, or made anew. */
  readonly node: WatchedNode
}

/** By subscription id. */
export type Progresses = Readonly<Record<string, Progress>>

/** What a link is to take over from one that is gone. */
export interface Inheritance {
  readonly handOver: HandOver
  readonly progress: Progresses
  /** Up to here the values are safe; from here on they are missing where nothing is taken over. */
  readonly since: Micros
  /** It was told already that they are missing. */
  readonly isLost: boolean
  /** Whether the value in force must be said again, though nothing is missing before it. */
  readonly needsValue: (key: string) => boolean
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
  /** Subscriptions of a link before this one; null or none: all are made anew. */
  readonly inheritance?: Inheritance | null
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
 * one subscription for each sampling interval. It never throws for what a server does. Disposing of it
 * deletes session and subscriptions.
 */
export interface ServerLink extends AsyncDisposable {
  /** Replaces the wanted nodes; those that stay are not disturbed. */
  watch(nodes: readonly WatchedNode[]): void
  figures(): LinkFigures
  /** What another link would need; see HandOver. It changes seldom, `progress` with each message. */
  handOver(): HandOver
  progress(): Progresses
  /**
   * Ends the connection like dispose, but leaves the subscriptions at the server, for as long as that
   * keeps them (2 minutes and more), to be taken over.
   */
  leave(): Promise<void>
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
