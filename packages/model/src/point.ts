import { MlaError } from './errors.ts'
import { matchesGlob } from './glob.ts'

/** `System/Subsystem/…/Name`: stable for ever, unique in the CDB. */
export type PointId = string

const part = '[A-Za-z0-9][A-Za-z0-9_.:+-]*'
const pattern = new RegExp(`^${part}(?:/${part})+$`)
const maxLength = 200

export const isPointId = (text: string): boolean => text.length <= maxLength && pattern.test(text)

/** Throws IDENTIFIER_INVALID with the rule that is broken. */
export function checkPointId(text: string): PointId {
  if (isPointId(text)) return text
  throw new MlaError(
    'IDENTIFIER_INVALID',
    `"${text.slice(0, 80)}" is not a point identifier: two or more parts of letters, digits and ` +
      `_ . : + - joined by "/", at most ${maxLength} characters`,
  )
}

/**
 * The filter of `points(match:)`: a pattern when it has `*` or `?` (`*` and `?` do not cross `/`,
 * `**` does), else a case-insensitive part of the id or the description.
 */
export function matcherOf(match: string): (id: PointId, description?: string | null) => boolean {
  if (!/[*?]/.test(match)) {
    const part = match.toLowerCase()
    return (id, description) =>
      id.toLowerCase().includes(part) || (description ?? '').toLowerCase().includes(part)
  }
  return (id) => matchesGlob(match, id)
}
