import { MlaError } from '@mla/model'
import type { ParameterValue } from './shape.ts'

/** The values that placeholders stand for, and which of them were asked for. */
export interface Scope {
  readonly values: ReadonlyMap<string, ParameterValue>
  readonly used: Set<string>
}

/** One of the names that a name with ranges stands for, with what its ranges stand for in it. */
export interface ExpandedName {
  readonly text: string
  readonly values: ReadonlyMap<string, ParameterValue>
}

export const mostNames = 100_000

const wrong = (message: string): MlaError => new MlaError('CDB_INVALID', message)

type Piece = { readonly variable: string | null; readonly texts: readonly string[] }

/**
 * `Actuator{001..198}`, `{axis=Azimuth,Elevation}/Speed`, `Module{m=001..modules}`: ranges and
 * lists in braces, each with a name for the text it stands for; an end may be a parameter, and a
 * lone name is one. Throws CDB_INVALID.
 */
export function expandName(name: string, scope: Scope): readonly ExpandedName[] {
  if (!/[{}]/.test(name)) return [{ text: name, values: scope.values }]
  const pieces = name.split(/(\{[^{}]*\})/).map((piece) => readPiece(piece, scope))
  const total = pieces.reduce((product, { texts }) => product * texts.length, 1)
  if (total > mostNames)
    throw wrong(`"${name}" stands for ${total} names; the most is ${mostNames}`)
  let names: ExpandedName[] = [{ text: '', values: scope.values }]
  for (const { variable, texts } of pieces) {
    names = names.flatMap((so) =>
      texts.map((text) => ({
        text: so.text + text,
        values: variable === null ? so.values : new Map(so.values).set(variable, text),
      })),
    )
  }
  return names
}

function readPiece(piece: string, scope: Scope): Piece {
  if (!piece.startsWith('{')) {
    if (/[{}]/.test(piece)) throw wrong(`a brace is not closed in "${piece}"`)
    return { variable: null, texts: [piece] }
  }
  const match = /^\{(?:([A-Za-z][A-Za-z0-9_]*)=)?(.*)\}$/.exec(piece)
  const variable = match?.[1] ?? null
  const inside = match?.[2] ?? ''
  const range = /^(\w+)\.\.(\w+)$/.exec(inside)
  if (range) return { variable, texts: numbersOf(range[1] ?? '', range[2] ?? '', scope) }
  if (inside.includes(',')) return { variable, texts: inside.split(',').map((text) => text.trim()) }
  if (variable !== null) throw wrong(`${piece} is no range (001..198) and no list (A,B)`)
  return { variable: null, texts: [String(parameterOf(inside, scope))] }
}

function numbersOf(low: string, high: string, scope: Scope): string[] {
  const end = (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : parameterOf(text, scope)
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
    throw wrong(`${text} in {${low}..${high}} is ${String(value)}, not a whole number`)
  }
  const [first, last] = [end(low), end(high)]
  if (last < first) throw wrong(`{${low}..${high}} goes from ${first} down to ${last}`)
  if (last - first >= mostNames) throw wrong(`{${low}..${high}} is longer than ${mostNames}`)
  const width = low.startsWith('0') ? low.length : 1
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(width, '0'))
}

function parameterOf(name: string, scope: Scope): ParameterValue {
  const value = scope.values.get(name)
  if (value === undefined) throw wrong(`{${name}} has no value here`)
  scope.used.add(name)
  return value
}

const alone = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/
const anywhere = /\{([A-Za-z][A-Za-z0-9_]*)\}/g

/**
 * Puts values in for `{name}` in all texts below `value`: a text that is a placeholder alone
 * becomes the value itself, with its type. Tells `unknown` the names that have none.
 */
export function substitute(
  value: unknown,
  scope: Scope,
  unknown: (name: string, path: readonly (string | number)[]) => void,
  path: readonly (string | number)[] = [],
): unknown {
  if (typeof value === 'string') {
    if (!value.includes('{')) return value
    const whole = alone.exec(value)?.[1]
    if (whole !== undefined && scope.values.has(whole)) return parameterOf(whole, scope)
    return value.replace(anywhere, (text, name: string) => {
      if (scope.values.has(name)) return String(parameterOf(name, scope))
      // In a unit, braces are UCUM's annotations.
      if (path.at(-1) !== 'unit') unknown(name, path)
      return text
    })
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => substitute(item, scope, unknown, [...path, i]))
  }
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    result[key] = substitute(item, scope, unknown, [...path, key])
  }
  return result
}
