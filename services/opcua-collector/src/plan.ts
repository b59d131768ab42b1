import { createHash } from 'node:crypto'
import type { Cdb, Point, Source } from '@mla/cdb'
import type { WatchedNode } from '@mla/opcua'

/** What is to be done for one source of a CDB version. */
export interface SourcePlan {
  readonly source: Source
  readonly points: readonly Point[]
}

/** The plans of the sources this instance handles, by source; null handles all. */
export function planOf(cdb: Cdb, only: readonly string[] | null): ReadonlyMap<string, SourcePlan> {
  const plans = new Map<string, { source: Source; points: Point[] }>()
  for (const source of cdb.sources.values()) {
    if (only === null || only.includes(source.id)) plans.set(source.id, { source, points: [] })
  }
  for (const point of cdb.points.values()) plans.get(point.source)?.points.push(point)
  return plans
}

/** The sources asked for that the CDB does not have. */
export const missingSources = (cdb: Cdb, only: readonly string[] | null): readonly string[] =>
  (only ?? []).filter((id) => !cdb.sources.has(id))

export const nodesOf = (points: readonly Point[]): readonly WatchedNode[] =>
  points.map((point) => ({
    key: point.id,
    nodeId: point.nodeId,
    samplingIntervalMs: point.intervalMs,
    queueSize: point.queueSize,
    deadband: point.deadband,
  }))

/** Two sources with the same mark can use the same connection. */
export const connectionMark = ({
  endpoint,
  securityMode,
  securityPolicy,
  user,
  publishingIntervalMs,
}: Source): string =>
  JSON.stringify([endpoint, securityMode, securityPolicy, user, publishingIntervalMs])

/** Two lists of nodes with the same mark are watched in the same way. */
export function nodesMark(nodes: readonly WatchedNode[]): string {
  const hash = createHash('sha256')
  for (const node of nodes) hash.update(`${JSON.stringify(node)}\n`)
  return hash.digest('base64')
}
