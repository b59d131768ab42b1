import { fits, isArrayType, scalarTypeOf, type ValueType } from '@mla/model'
import type { Point } from './cdb.ts'
import { show } from './explain.ts'
import { filterOf } from './filter-rules.ts'
import { suggest } from './nearest.ts'
import type { Path } from './problems.ts'
import type { PointFields } from './shape.ts'
import { type ScalarSignal, type Signal, typesOfSignal } from './signal.ts'
import { problemOfUnit } from './unit.ts'

export interface PointRules {
  readonly archiveClasses: ReadonlySet<string>
  /** Null for one that is declared wrongly. */
  readonly enumerations: ReadonlyMap<string, ReadonlyMap<number, string> | null>
  problem(path: Path, message: string, cure: string): void
  warning(path: Path, message: string, cure: string): void
}

/** What a point is apart from its names: shared by all points that one text makes. */
export type PointBody = Omit<Point, 'id' | 'source' | 'nodeId' | 'lane' | 'description'>

const integers = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64']
const isNumeric = (type: ValueType): boolean =>
  [...integers, 'float', 'double'].includes(scalarTypeOf(type))

/** What the fields of a point mean together; null where that is nothing. */
export function pointBodyOf(fields: PointFields, rules: PointRules): PointBody | null {
  const { type, unit, archiveClass = 'standard' } = fields
  if (type === undefined) {
    rules.problem(['type'], '"type" is missing', 'add "type": double, int32, boolean, enum, …')
    return null
  }
  if (!rules.archiveClasses.has(archiveClass)) {
    rules.problem(
      ['archiveClass'],
      `there is no archive class "${archiveClass}"`,
      suggest(archiveClass, rules.archiveClasses, 'declare it in archive-classes.yaml'),
    )
  }
  const unitCure = unit === undefined ? null : problemOfUnit(unit)
  if (unitCure !== null) rules.warning(['unit'], `"${unit}" is not a unit that is known`, unitCure)
  const range = rangeOf(fields, type, rules)
  const enumeration = enumerationOf(fields, type, rules)
  const signal = fields.signal ?? null
  if (signal !== null) checkSignal(signal, type, range, enumeration, rules)
  return {
    unit: unit ?? null,
    type,
    intervalMs: fields.intervalMs ?? 1_000,
    queueSize: fields.queueSize ?? 10,
    deadband: deadbandOf(fields, type, range, rules),
    range,
    enumeration,
    archiveClass,
    filter: pointFilterOf(fields, type, range, rules),
    derived: null,
    signal,
  }
}

function pointFilterOf(
  { filter }: PointFields,
  type: ValueType,
  range: Point['range'],
  rules: PointRules,
): Point['filter'] {
  if (filter === undefined) return null
  const isNumber = isNumeric(type) && !type.endsWith('[]')
  return filterOf(filter, { range, isNumber }, (path, message, cure) =>
    rules.problem(['filter', ...path], message, cure),
  )
}

function rangeOf({ range }: PointFields, type: ValueType, rules: PointRules): Point['range'] {
  if (range === undefined) return null
  const [low, high] = range
  const path = ['range']
  if (!isNumeric(type)) {
    rules.problem(
      path,
      `a point of type ${type} has no range`,
      'remove the range, or change the type',
    )
    return null
  }
  if (low >= high) {
    rules.problem(path, `the low end ${low} is not below the high end ${high}`, 'write [low, high]')
    return null
  }
  const scalar = scalarTypeOf(type)
  for (const [i, end] of range.entries()) {
    if (!integers.includes(scalar) || fits(scalar, Math.trunc(end))) continue
    rules.problem([...path, i], `${end} is no ${scalar}`, 'choose a wider type or a narrower range')
  }
  return { low, high }
}

function deadbandOf(
  { deadband }: PointFields,
  type: ValueType,
  range: Point['range'],
  rules: PointRules,
): Point['deadband'] {
  if (deadband === undefined) return null
  const path = ['deadband']
  if (!isNumeric(type)) {
    rules.problem(
      path,
      `a point of type ${type} has no dead band`,
      'remove it: only numbers have one',
    )
    return null
  }
  if (typeof deadband === 'number') return { kind: 'absolute', value: deadband }
  const value = Number(deadband.slice(0, -1))
  if (range === null) {
    rules.problem(path, `a dead band of ${deadband} needs a range`, 'add range: [low, high]')
  }
  if (value > 100) rules.problem(path, `${deadband} is more than the range`, 'write 0% to 100%')
  return { kind: 'percent', value }
}

function enumerationOf(
  { enumeration }: PointFields,
  type: ValueType,
  rules: PointRules,
): Point['enumeration'] {
  const path = ['enumeration']
  const isEnum = scalarTypeOf(type) === 'enum'
  if (enumeration === undefined) {
    if (isEnum)
      rules.problem(path, 'an enum needs the names of its codes', 'add enumeration: its name')
    return null
  }
  if (!isEnum) {
    rules.problem(path, `a point of type ${type} has no enumeration`, 'write type: enum')
    return null
  }
  if (typeof enumeration !== 'string') return namesByCode(enumeration, path, rules)
  const named = rules.enumerations.get(enumeration)
  if (named !== undefined) return named
  const cure = suggest(enumeration, rules.enumerations.keys(), 'declare it in enumerations.yaml')
  rules.problem(path, `there is no enumeration "${enumeration}"`, cure)
  return null
}

export function namesByCode(
  names: Readonly<Record<string, string>>,
  path: Path,
  rules: Pick<PointRules, 'problem' | 'warning'>,
): ReadonlyMap<number, string> {
  const byCode = new Map<number, string>()
  const seen = new Set<string>()
  for (const [text, name] of Object.entries(names)) {
    const code = Number(text)
    if (!fits('enum', code))
      rules.problem([...path, text], `${text} is no code`, 'codes are 32-bit integers')
    if (byCode.has(code))
      rules.problem([...path, text], `the code ${code} is named twice`, 'remove one')
    if (seen.has(name))
      rules.warning([...path, text], `two codes are named "${name}"`, 'rename one')
    seen.add(name)
    byCode.set(code, name)
  }
  return byCode
}

function checkSignal(
  signal: Signal,
  type: ValueType,
  range: Point['range'],
  enumeration: Point['enumeration'],
  rules: PointRules,
): void {
  const path = ['signal']
  if (signal.kind === 'constant') {
    if (Array.isArray(signal.value) !== isArrayType(type)) {
      rules.problem(
        [...path, 'value'],
        `${show(signal.value)} is no ${type}`,
        `write a value of type ${type}`,
      )
    }
    return
  }
  if ((signal.kind === 'array') !== isArrayType(type)) {
    const cure = isArrayType(type)
      ? 'write {kind: array, length: 8, of: {…}}'
      : 'write what is behind "of"'
    rules.problem([...path, 'kind'], `a signal of kind ${signal.kind} makes no ${type}`, cure)
    return
  }
  const scalar: ScalarSignal = signal.kind === 'array' ? signal.of : signal
  const at = signal.kind === 'array' ? [...path, 'of'] : path
  const types = typesOfSignal(scalar.kind)
  if (types !== null && !types.includes(scalarTypeOf(type))) {
    const message = `a signal of kind ${scalar.kind} makes no ${scalarTypeOf(type)}`
    rules.problem([...at, 'kind'], message, `it makes ${types.join(', ')}`)
  }
  if (scalar.kind === 'enumCycle' && enumeration !== null) {
    for (const [i, code] of scalar.codes.entries()) {
      if (enumeration.has(code)) continue
      const cure = `it has ${[...enumeration.keys()].join(', ')}`
      rules.problem([...at, 'codes', i], `the enumeration has no code ${code}`, cure)
    }
  }
  const reach = reachOf(scalar)
  if (reach === null) return
  const [low, high] = reach
  if (low > high) {
    rules.problem(at, `the low end ${low} is above the high end ${high}`, 'exchange them')
  } else if (range !== null && (low < range.low || high > range.high)) {
    const message = `the signal goes from ${low} to ${high}, the range from ${range.low} to ${range.high}`
    rules.warning(at, message, 'keep the signal inside the range, else its values are BAD')
  }
}

/** Between which values a signal goes, its noise apart. */
function reachOf(signal: ScalarSignal): readonly [number, number] | null {
  switch (signal.kind) {
    case 'sine':
      return [signal.mean - signal.amplitude, signal.mean + signal.amplitude]
    case 'noise':
      return [signal.mean, signal.mean]
    case 'randomWalk':
    case 'drift':
    case 'slew':
      return [signal.low, signal.high]
    case 'step':
      return [Math.min(...signal.levels), Math.max(...signal.levels)]
    default:
      return null
  }
}
