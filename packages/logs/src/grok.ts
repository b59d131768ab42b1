import { usualPatterns } from './grok-patterns.ts'
import { safeRegex } from './safe-regex.ts'

/** One `%{NAME:field}` of an expression. */
export interface Capture {
  readonly name: string
  readonly isNumber: boolean
}

export interface Grok {
  /** In the order of the expression. */
  readonly captures: readonly Capture[]
  /** The texts of a line's captures; null where the line does not match. */
  match(line: string): readonly (string | undefined)[] | null
}

export type Patterns = Readonly<Record<string, string>>

const reference = /%\{([A-Za-z0-9_]+)(?::([A-Za-z0-9_.@-]+))?(?::(int|float|string))?\}/g
const deepest = 16
const longest = 20_000

/**
 * Compiles a grok expression: a regular expression in which `%{NAME}` stands for a named pattern and
 * `%{NAME:field}`, also `%{NAME:field:int}`, for one whose text becomes a field. It must describe the
 * whole line. An expression that could take very long on some line is refused.
 */
export function compileGrok(
  expression: string,
  own: Patterns = {},
): Grok | { readonly problem: string } {
  const captures: Capture[] = []
  let problem: string | null = null
  let length = 0

  function expand(text: string, chain: readonly string[]): string {
    length += text.length
    if (chain.length > deepest) problem ??= `${chain.join(' > ')} goes deeper than ${deepest}`
    if (length > longest) problem ??= `it becomes longer than ${longest} characters`
    if (/\(\?</.test(text)) problem ??= 'write %{NAME:field} instead of (?<field>…)'
    if (problem !== null) return ''
    return withoutGroups(text).replace(
      reference,
      (_, name: string, field?: string, type?: string) => {
        const pattern = patternOf(name, own)
        if (pattern === undefined) problem ??= `there is no pattern "${name}"`
        if (chain.includes(name)) problem ??= `the pattern ${name} uses itself`
        if (field !== undefined) {
          captures.push({ name: field, isNumber: type === 'int' || type === 'float' })
        }
        const inner = problem === null ? expand(pattern ?? '', [...chain, name]) : ''
        return field === undefined ? `(?:${inner})` : `(${inner})`
      },
    )
  }

  const expanded = expand(expression, [])
  if (problem !== null) return { problem }
  const regex = safeRegex(`^(?:${expanded})$`, 's')
  if (!(regex instanceof RegExp)) return regex
  return { captures, match: (line) => regex.exec(line)?.slice(1) ?? null }
}

const patternOf = (name: string, own: Patterns): string | undefined =>
  [own, usualPatterns].find((patterns) => Object.hasOwn(patterns, name))?.[name]

/** Plain groups capture nothing, so that the groups of the whole are the captures. */
const withoutGroups = (text: string): string =>
  text.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/g, (found) => (found === '(' ? '(?:' : found))
