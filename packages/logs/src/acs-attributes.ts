const mostAttributes = 64
const longestName = 64

/**
 * The attributes of a start tag whose writers escape no quotes: a value ends at the quote behind
 * which another attribute, or the end, follows. So the malformed `Uri=""x"` is read as `x`.
 */
export function attributesOf(text: string): readonly (readonly [name: string, value: string])[] {
  const found: (readonly [string, string])[] = []
  let at = 0
  while (found.length < mostAttributes) {
    const open = opened(text, at)
    if (open === null) break
    let end = text.indexOf('"', open.value)
    while (end >= 0 && !isClosed(text, end + 1)) end = text.indexOf('"', end + 1)
    if (end < 0) end = text.length
    const value = text.slice(open.value, end)
    found.push([open.name, value.replace(/^"(.*?)"?$/s, '$1')])
    at = end + 1
  }
  return found
}

/** `Name="` at or behind white space; null where there is none. */
function opened(text: string, from: number): { name: string; value: number } | null {
  let at = skipBlank(text, from)
  const start = at
  while (at - start < longestName && isNameCode(text.charCodeAt(at))) at++
  if (at === start) return null
  const name = text.slice(start, at)
  at = skipBlank(text, at)
  if (text[at] !== '=') return null
  at = skipBlank(text, at + 1)
  return text[at] === '"' ? { name, value: at + 1 } : null
}

function isClosed(text: string, at: number): boolean {
  const next = skipBlank(text, at)
  if (next === text.length || (text[next] === '/' && skipBlank(text, next + 1) === text.length)) {
    return true
  }
  return next > at && opened(text, next) !== null
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 32) at++
  return at
}

const isNameCode = (code: number): boolean =>
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 45 ||
  code === 46 ||
  code === 58
