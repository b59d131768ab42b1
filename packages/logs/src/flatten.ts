import type { LogDraft, LogValue } from '@mla/model'

const deepest = 8
const mostFields = 256

/**
 * Adds what a JSON object holds as fields: what is nested by its path (`request.id`), lists and
 * what lies too deep as their JSON. Of more than 256 the rest
 * is in the raw bytes only.
 */
export function addFields(
  draft: LogDraft,
  object: Readonly<Record<string, unknown>>,
  prefix = '',
  depth = 1,
): void {
  for (const [name, value] of Object.entries(object)) {
    if (draft.fields >= mostFields) {
      draft.keepsRaw = true
      return
    }
    addField(draft, prefix + name, value, depth)
  }
}

export function addField(draft: LogDraft, name: string, value: unknown, depth = 1): void {
  if (isMap(value) && depth < deepest) addFields(draft, value, `${name}.`, depth + 1)
  else draft.field(name, simple(value))
}

export const simple = (value: unknown): LogValue =>
  value === null || typeof value === 'boolean' || typeof value === 'number'
    ? value
    : typeof value === 'string'
      ? value
      : (JSON.stringify(value) ?? null)

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value that should be a text, as one; null where there is none. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  return typeof value === 'string' ? value : String(simple(value))
}
