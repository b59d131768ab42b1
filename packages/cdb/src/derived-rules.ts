import { type Micros, type PointId, parseDuration } from '@mla/model'
import {
  type Condition,
  type DerivedRules,
  plainTypeOf,
  problemOfExpression,
  readNames,
  type SimpleStatistic,
  type Statistic,
} from '@mla/processing'
import type { Point } from './cdb.ts'
import type { Path } from './problems.ts'
import type { DerivedFields } from './processing-shape.ts'

/** What is known where a derived point is declared. */
export interface DeriveParts {
  readonly point: Point
  readonly fields: DerivedFields
  /** The point of a name; undefined where there is none, which is told. */
  find(name: string, path: Path): Point | undefined
  problem(path: Path, message: string, cure: string): void
}

const defaultAllowance: Micros = 2_000_000
const defaultSilence = '1m'
const kinds = ['window', 'compare', 'expression', 'resample'] as const

/** What a derived point is made of and how; null where that is wrong, which is told. */
export function derivedRulesOf(parts: DeriveParts): DerivedRules | null {
  const { fields, problem } = parts
  const given = kinds.filter((kind) => fields[kind] !== undefined)
  if (given.length !== 1) {
    const message = given.length === 0 ? 'it says not how' : `it says ${given.join(' and ')}`
    problem([], message, `write one of ${kinds.join(', ')}`)
    return null
  }
  if (fields.expression === undefined) {
    for (const key of ['of', 'every', 'maxHold'] as const) {
      if (fields[key] === undefined) continue
      problem([key], `"${key}" belongs to an expression`, `write it below ${given[0]}`)
    }
  }
  if (fields.window) return windowOf(parts, fields.window)
  if (fields.compare) return comparisonOf(parts, fields.compare)
  if (fields.resample) {
    const { of, every, method, maxHold } = fields.resample
    const input = numberInput(parts, of, ['resample', 'of'], method === 'LAST')
    if (input === null) return null
    return rulesOf(parts, [input], defaultAllowance, {
      ...{ kind: 'resample', every: parseDuration(every), method, maxHold: timeOf(maxHold) },
    })
  }
  return formulaOf(parts, fields.expression ?? '')
}

const timeOf = (text: string | undefined): Micros | null =>
  text === undefined ? null : parseDuration(text)

function rulesOf(
  { fields }: DeriveParts,
  inputs: readonly PointId[],
  allowance: Micros,
  make: DerivedRules['make'],
): DerivedRules {
  return { inputs, allowance: timeOf(fields.allowance) ?? allowance, make }
}

function numberInput(
  { find, problem }: DeriveParts,
  name: string,
  path: Path,
  alsoText = false,
): PointId | null {
  const input = find(name, path)
  if (input === undefined) return null
  const type = plainTypeOf(input.type)
  if (type === null || (type === 'text' && !alsoText)) {
    problem(path, `${input.id} is a ${input.type}`, 'name a point of numbers or truth values')
    return null
  }
  return input.id
}

function windowOf(
  parts: DeriveParts,
  fields: NonNullable<DerivedFields['window']>,
): DerivedRules | null {
  const { problem, find } = parts
  const { of, every, width, count, step, give, maxHold } = fields
  const input = numberInput(parts, of, ['window', 'of'], give === 'count')
  if ((every === undefined) === (count === undefined)) {
    problem(['window'], 'a window is one of time or one of samples', 'write either every or count')
    return null
  }
  if (step !== undefined && count === undefined) {
    problem(['window', 'step'], 'a step belongs to a count', 'write every: for a window of time')
  }
  const statistic = statisticOf(give, find(of, ['window', 'of']), problem)
  if (input === null || statistic === null) return null
  const time = every === undefined ? 0 : parseDuration(every)
  return rulesOf(parts, [input], defaultAllowance, {
    kind: 'window',
    give: statistic,
    maxHold: timeOf(maxHold),
    span:
      count === undefined
        ? { kind: 'time', every: time, width: timeOf(width) ?? time }
        : { kind: 'count', size: count, step: step ?? count },
  })
}

function statisticOf(
  give: NonNullable<DerivedFields['window']>['give'],
  input: Point | undefined,
  problem: DeriveParts['problem'],
): Statistic | null {
  if (typeof give === 'string') {
    return /^p\d/.test(give)
      ? { kind: 'percentile', percent: Number(give.slice(1)) }
      : { kind: give as SimpleStatistic }
  }
  const states = give.timeIn.map((state) => {
    if (typeof state === 'number') return state
    const named = [...(input?.enumeration ?? [])].find(([, name]) => name === state)
    if (named) return named[0]
    problem(
      ['window', 'give', 'timeIn'],
      `"${state}" is no name of ${input?.id ?? 'its input'}`,
      'write a code or a name of its enumeration',
    )
    return Number.NaN
  })
  return states.some(Number.isNaN) ? null : { kind: 'timeInState', states }
}

const conditions = [
  ...(['above', 'below', 'apart', 'inside', 'outside'] as const),
  ...(['equals', 'bits', 'rising', 'falling', 'changing'] as const),
]

function comparisonOf(
  parts: DeriveParts,
  fields: NonNullable<DerivedFields['compare']>,
): DerivedRules | null {
  const { problem, point } = parts
  const given = conditions.filter((one) => fields[one] !== undefined)
  const path = ['compare']
  if (point.type !== 'boolean') {
    problem(path, `a comparison is boolean, and the point is ${point.type}`, 'write type: boolean')
  }
  if (given.length !== 1) {
    problem(
      path,
      given.length === 0 ? 'it says not with what' : `it says ${given.join(' and ')}`,
      `write one of ${conditions.join(', ')}`,
    )
    return null
  }
  const isPair = typeof fields.of !== 'string'
  const names = typeof fields.of === 'string' ? [fields.of] : fields.of
  if (isPair !== (given[0] === 'apart') && !(isPair && given[0] === 'above')) {
    problem(
      [...path, 'of'],
      `"${given[0]}" compares ${isPair ? 'one point with a number' : 'two points'}`,
      isPair
        ? 'write apart, or above for the first minus the second'
        : 'write of: [one, the other]',
    )
    return null
  }
  const inputs = names.map((name, i) =>
    numberInput(parts, name, isPair ? [...path, 'of', i] : [...path, 'of'], given[0] === 'equals'),
  )
  const condition = conditionOf(fields, isPair)
  if ('clear' in condition && !isHysteresis(condition)) {
    problem(
      [...path, 'clear'],
      'it would never be clear again, or at once',
      'clear lies on the good side of the limit',
    )
  }
  const known = inputs.filter((one) => one !== null)
  if (known.length < inputs.length) return null
  return rulesOf(parts, known, isPair ? defaultAllowance : 0, {
    ...{
      kind: 'comparison',
      condition,
      maxSilence: parseDuration(fields.maxSilence ?? defaultSilence),
    },
  })
}

const isHysteresis = (condition: Extract<Condition, { clear: number }>): boolean =>
  condition.kind === 'threshold' && condition.when === 'below'
    ? condition.clear >= condition.limit
    : condition.clear <= condition.limit

function conditionOf(fields: NonNullable<DerivedFields['compare']>, isPair: boolean): Condition {
  const { above, below, apart, clear, inside, outside, equals, bits, rising, falling } = fields
  const limit = above ?? below ?? apart ?? 0
  const back = clear ?? limit
  if (isPair) return { kind: 'difference', isSigned: above !== undefined, limit, clear: back }
  if (above !== undefined) return { kind: 'threshold', when: 'above', limit, clear: back }
  if (below !== undefined) return { kind: 'threshold', when: 'below', limit, clear: back }
  const range = inside ?? outside
  if (range) {
    const when = inside ? 'inside' : 'outside'
    return { kind: 'range', low: range[0], high: range[1], when }
  }
  if (equals !== undefined) return { kind: 'equals', values: [equals].flat() }
  if (bits) return { kind: 'bits', ...bits }
  const when = rising !== undefined ? 'rising' : falling !== undefined ? 'falling' : 'either'
  return { kind: 'rate', when, limit: rising ?? falling ?? fields.changing ?? 0 }
}

function formulaOf(parts: DeriveParts, source: string): DerivedRules | null {
  const { fields, find, problem, point } = parts
  const read = readNames(source)
  const cure = 'correct the expression'
  if (!('names' in read)) {
    problem(['expression'], `at character ${read.at}: ${read.message}`, cure)
    return null
  }
  const given = fields.of ?? {}
  for (const name of Object.keys(given)) {
    if (!read.names.includes(name)) {
      problem(['of', name], `the expression does not name "${name}"`, 'use it, or remove it')
    }
  }
  const names = new Map<string, PointId>()
  const points = new Map<PointId, Point>()
  for (const name of read.names) {
    const path = Object.hasOwn(given, name) ? ['of', name] : ['expression']
    const found = find(given[name] ?? name, path)
    if (found === undefined) continue
    names.set(name, found.id)
    points.set(found.id, found)
  }
  const type = plainTypeOf(point.type)
  if (type === null) {
    problem(['expression'], `an expression gives no ${point.type}`, 'change the type of the point')
    return null
  }
  if (names.size < read.names.length) return null
  const inputs = [...points.values()].map(({ id, type, unit }) => ({
    id,
    type: plainTypeOf(type),
    unit,
  }))
  const known = inputs.flatMap(({ type, ...rest }) => (type === null ? [] : [{ ...rest, type }]))
  const wrong = problemOfExpression(source, known, names, { type, unit: point.unit })
  if (wrong !== null) {
    problem(['expression'], `at character ${wrong.at}: ${wrong.message}`, cure)
    return null
  }
  return rulesOf(parts, [...points.keys()], defaultAllowance, {
    ...{
      kind: 'expression',
      source,
      names,
      every: timeOf(fields.every),
      maxHold: timeOf(fields.maxHold),
    },
  })
}
