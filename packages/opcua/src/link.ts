import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '@mla/kit'
import { MlaError } from '@mla/model'
import { type Connection, openConnection } from './connection.ts'
import { messageOf } from './failure.ts'
import { createOutage } from './outage.ts'
import type { LinkEvents, LinkSettings, ServerLink, WatchedNode } from './port.ts'
import type { RawSession } from './raw-session.ts'
import type { Watch } from './reconcile.ts'
import { type Serving, serve } from './serve.ts'

const firstDelayMs = 1_000
const maxDelayMs = 20_000
/** A connection that lasts less than this has not healed anything. */
const lastingMs = 5_000

/**
 * Begins to connect and goes on for ever, whatever the server does. What it must know of a cut it
 * decides by docs/decisions/0003-opcua-connection-health.md.
 */
export function openServerLink(settings: LinkSettings, events: LinkEvents, log: Log): ServerLink {
  const closing = new AbortController()
  const { signal } = closing
  const watch: Watch = { wanted: new Map(), subscriptions: new Map(), failed: new Map() }
  const outage = createOutage(events, settings.silenceMs)
  const portion = { size: Number.POSITIVE_INFINITY }
  const partings = new Set<Promise<void>>()
  let serving: Serving | null = null
  let connections = 0
  let namespaces: readonly string[] = []
  let session: RawSession | null = null
  /** Connections in a row that did not last, or did not come about. */
  let failures = 0

  /** Connects, serves until it is over, and answers how long it lasted. Throws MlaError. */
  const once = async (): Promise<void> => {
    const connection = await openConnection(settings, session, signal)
    connections++
    const began = performance.now()
    const sameNamespaces = namespaces.join('\n') === connection.namespaces.join('\n')
    namespaces = connection.namespaces
    serving = serve(connection, {
      settings,
      events,
      watch,
      outage,
      portion,
      sameNamespaces,
      signal,
      log,
    })
    const reason = await serving.over
    serving = null
    if (signal.aborted) {
      await connection.close('delete')
      return
    }
    const lasted = performance.now() - began > lastingMs
    failures = lasted ? 0 : failures + 1
    outage.cut(heardAt(watch, began), reason)
    log.info({ endpoint: settings.endpoint, reason }, 'OPC-UA connection over')
    leave(connection, lasted || !connection.resumed)
  }

  /** A session that was resumed and broke at once is not tried again. */
  const leave = (connection: Connection, keep: boolean): void => {
    session = keep ? connection.session : null
    if (!keep) for (const one of watch.subscriptions.values()) one.spoiled = true
    const parting = connection.close(keep ? 'keep' : 'delete').finally(() => {
      partings.delete(parting)
    })
    partings.add(parting)
  }

  const live = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await once()
      } catch (error) {
        if (signal.aborted) return
        failures++
        const code = error instanceof MlaError ? error.code : 'SOURCE_UNAVAILABLE'
        outage.connecting(`${code}: ${messageOf(error)}`)
      }
      await delay(backOffMs(failures), undefined, { signal }).catch(() => undefined)
    }
  }
  const living = live()

  return {
    watch(nodes: readonly WatchedNode[]) {
      watch.wanted = new Map(nodes.map((node) => [node.key, node]))
      serving?.refresh()
    },
    figures: () => ({
      connected: serving !== null,
      nodesWatched: [...watch.subscriptions.values()].reduce(
        (sum, { items }) => sum + items.size,
        0,
      ),
      nodesFailed: watch.failed.size,
      subscriptions: watch.subscriptions.size,
      reconnections: Math.max(0, connections - 1),
    }),
    async [Symbol.asyncDispose]() {
      closing.abort()
      await living
      await Promise.all(partings)
      outage.close()
    },
  }
}

/** At once after a cut, so that a short one is healed before the server's queues run over. */
function backOffMs(failures: number): number {
  const jitter = 0.8 + 0.4 * Math.random()
  if (failures === 0) return 200 * jitter
  return Math.min(firstDelayMs * 2 ** (failures - 1), maxDelayMs) * jitter
}

const heardAt = ({ subscriptions }: Watch, began: number): number =>
  subscriptions.size === 0
    ? began
    : Math.max(...[...subscriptions.values()].map((one) => one.heardAt))
