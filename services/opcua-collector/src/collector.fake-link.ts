import { type Cdb, type LoadResult, noLogs, type Point, type Source } from '@mla/cdb'
import { type Micros, microsPerSecond } from '@mla/model'
import type { LinkEvents, LinkSettings, NodeValue, WatchedNode } from '@mla/opcua'
import type { OpenLink } from './connection.ts'

/** A link that a test speaks for. */
export interface FakeLink {
  readonly settings: LinkSettings
  readonly events: LinkEvents
  /** What was asked to be watched, call by call. */
  readonly watched: (readonly WatchedNode[])[]
  isClosed: boolean
}

export function fakeLinks() {
  const links: FakeLink[] = []
  let opened = Promise.withResolvers<void>()
  const openLink: OpenLink = (settings, events) => {
    const link: FakeLink = { settings, events, watched: [], isClosed: false }
    links.push(link)
    opened.resolve()
    return {
      watch: (nodes) => void link.watched.push(nodes),
      figures: () => ({
        connected: true,
        nodesWatched: link.watched.at(-1)?.length ?? 0,
        nodesFailed: 0,
        subscriptions: 1,
        reconnections: 0,
      }),
      async [Symbol.asyncDispose]() {
        link.isClosed = true
      },
    }
  }
  /** Resolves when so many links were opened; gives the newest of them. */
  async function nth(count: number): Promise<FakeLink> {
    for (;;) {
      const link = links[count - 1]
      if (link) return link
      opened = Promise.withResolvers()
      await opened.promise
    }
  }
  return { openLink, links, nth }
}

export const someTime: Micros = 1_800_000_000 * microsPerSecond

export const value = (key: string, of: Partial<NodeValue> = {}): NodeValue => ({
  key,
  sourceTime: someTime,
  serverTime: someTime,
  status: 0,
  type: 'double',
  value: 1,
  unsupported: null,
  ...of,
})

export const point = (id: string, of: Partial<Point> = {}): Point => ({
  id,
  description: null,
  unit: null,
  type: 'double',
  source: 'Tel01',
  nodeId: `nsu=urn:test;s=${id}`,
  intervalMs: 1000,
  queueSize: 10,
  deadband: null,
  range: null,
  enumeration: null,
  archiveClass: 'standard',
  lane: 0,
  filter: null,
  derived: null,
  signal: null,
  ...of,
})

export const source = (id: string, of: Partial<Source> = {}): Source => ({
  id,
  description: null,
  endpoint: `opc.tcp://${id}:4840`,
  securityMode: 'None',
  securityPolicy: 'None',
  user: null,
  publishingIntervalMs: 500,
  lanes: [3],
  ...of,
})

export const cdbOf = (
  version: string,
  sources: readonly Source[],
  points: readonly Point[],
): Cdb => ({
  version,
  sources: new Map(sources.map((one) => [one.id, one])),
  points: new Map(points.map((one) => [one.id, one])),
  archiveClasses: new Map(),
  components: new Map(),
  logs: noLogs,
  alarms: null,
})

/** A stream of configurations that a test feeds. */
export function cdbStream() {
  const waiting: LoadResult[] = []
  let more = Promise.withResolvers<void>()
  return {
    push(result: Cdb | LoadResult): void {
      waiting.push('ok' in result ? result : { ok: true, cdb: result, warnings: [] })
      more.resolve()
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<LoadResult> {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else {
          more = Promise.withResolvers()
          await more.promise
        }
      }
    },
  }
}
