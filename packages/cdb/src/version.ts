import { createHash } from 'node:crypto'
import type { Cdb } from './cdb.ts'

/** The same content, however it is written, has the same version. */
export function versionOf({ sources, points, archiveClasses }: Omit<Cdb, 'version'>): string {
  const hash = createHash('sha256')
  for (const part of [sources, archiveClasses, points]) {
    for (const key of [...part.keys()].sort()) hash.update(canonical(part.get(key)))
    hash.update('\n')
  }
  return hash.digest('hex').slice(0, 16)
}

/** JSON with sorted keys; a Map as its sorted entries. */
export function canonical(value: unknown): string {
  if (value instanceof Map)
    return canonical([...value.entries()].sort(([a], [b]) => (a < b ? -1 : 1)))
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const parts = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${parts.join(',')}}`
}
