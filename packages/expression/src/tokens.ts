import { parseDuration } from '@mla/model'

export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly at: number }
  | {
      readonly kind: 'text' | 'name' | 'input' | 'sign'
      readonly value: string
      readonly at: number
    }

/** What is wrong with an expression, and at which character (from 1). */
export class ExpressionFault extends Error {
  readonly at: number
  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const longest = 4_000
const patterns: readonly [Token['kind'], RegExp][] = [
  ['number', /(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?(ms|[smhdw])?(?![A-Za-z0-9_])/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['input', /\{[^{}]+\}/y],
  ['text', /'[^']*'|"[^"]*"/y],
  ['sign', /<=|>=|==|!=|&&|\|\||[-+*/%^<>=!(),]/y],
]

export function tokensOf(source: string): readonly Token[] {
  if (source.length > longest)
    throw new ExpressionFault(`it has more than ${longest} characters`, longest)
  const tokens: Token[] = []
  const space = /\s*/y
  for (let at = 0; ; ) {
    space.lastIndex = at
    at += space.exec(source)?.[0].length ?? 0
    if (at >= source.length) return tokens
    const token = tokenAt(source, at)
    if (!token)
      throw new ExpressionFault(`"${source.slice(at, at + 10)}" is not understood`, at + 1)
    tokens.push(token.token)
    at += token.length
  }
}

function tokenAt(source: string, at: number): { token: Token; length: number } | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (!match) continue
    const [text, digits = '', exponent = '', unit] = match
    if (kind === 'number') {
      return {
        token: { kind, value: numberFrom(digits + exponent, unit), at: at + 1 },
        length: text.length,
      }
    }
    const value = kind === 'text' || kind === 'input' ? text.slice(1, -1) : text
    return { token: { kind, value, at: at + 1 }, length: text.length }
  }
  return null
}

/** `10s`, `5m` and `250ms` are seconds. */
const numberFrom = (digits: string, unit: string | undefined): number =>
  unit === undefined ? Number(digits) : (Number(digits) * parseDuration(`1${unit}`)) / 1_000_000
