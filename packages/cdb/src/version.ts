import { createHash } from 'node:crypto'
import type { Cdb } from './cdb.ts'

/** The same content, however it is written, has the same version. */
export function versionOf({
  sources,
  points,
  archiveClasses,
  components,
  logs,
  alarms,
}: Omit<Cdb, 'version'>): string {
  const hash = createHash('sha256')
  const shared: Shared = new Map()
  for (const part of [sources, archiveClasses, points, components]) {
    for (const key of [...part.keys()].sort()) hash.update(canonical(part.get(key), shared))
    hash.update('\n')
  }
  hash.update(canonical(logs))
  if (alarms !== null) hash.update(canonical(alarms))
  return hash.digest('hex').slice(0, 16)
}

/** Texts of what points share (signals, enumerations): written once for each version. */
type Shared = Map<object, string>

/** JSON with sorted keys; a Map as its sorted entries. */
export function canonical(value: unknown, shared?: Shared): string {
  const inner = (item: unknown): string => sharedText(item, shared)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(inner).join(',')}]`
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value)
  const parts = entries
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(String(key))}:${inner(item)}`)
  return `{${parts.join(',')}}`
}

function sharedText(value: unknown, shared: Shared | undefined): string {
  if (shared === undefined || typeof value !== 'object' || value === null) return canonical(value)
  const known = shared.get(value)
  if (known !== undefined) return known
  const text = canonical(value, shared)
  shared.set(value, text)
  return text
}
