import type { Point } from '@mla/cdb'
import {
  isArrayType,
  type Micros,
  qualityOf,
  type Sample,
  type ScalarType,
  scalarTypeOf,
  status,
  type Value,
  type ValueType,
} from '@mla/model'
import type { NodeValue } from '@mla/opcua'

/** Why a value cannot be what its point is declared to be. */
export const faults = ['type mismatch', 'out of range', 'unsupported type'] as const
export type Fault = (typeof faults)[number]

/** What the collector needs of a point for each of its values, worked out once per CDB version. */
export interface PointRules {
  readonly id: string
  readonly type: ValueType
  /** Types, other than its own, whose every value is also a value of the point's type. */
  readonly alsoAccepts: ReadonlySet<ValueType>
  readonly low: number
  readonly high: number
  readonly enumeration: ReadonlyMap<number, string> | null
}

/** An integer type stands before those that hold all its values; an enumeration is an int32. */
const widenings: Partial<Record<ScalarType, readonly ScalarType[]>> = {
  int16: ['int8', 'uint8'],
  uint16: ['uint8'],
  int32: ['int8', 'uint8', 'int16', 'uint16'],
  uint32: ['uint8', 'uint16'],
  int64: ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'],
  uint64: ['uint8', 'uint16', 'uint32'],
  enum: ['int32', 'int8', 'uint8', 'int16', 'uint16'],
  double: ['float'],
}

export function rulesOf(point: Pick<Point, 'id' | 'type' | 'range' | 'enumeration'>): PointRules {
  const scalar = scalarTypeOf(point.type)
  const wider = widenings[scalar] ?? []
  // A float's nearest value to a limit may lie just outside of it.
  const exact = (limit: number): number => (scalar === 'float' ? Math.fround(limit) : limit)
  return {
    id: point.id,
    type: point.type,
    alsoAccepts: new Set(
      wider.map((type): ValueType => (isArrayType(point.type) ? `${type}[]` : type)),
    ),
    low: exact(point.range?.low ?? Number.NEGATIVE_INFINITY),
    high: exact(point.range?.high ?? Number.POSITIVE_INFINITY),
    enumeration: point.enumeration,
  }
}

/**
 * What is wrong with a value, or null. What the server itself calls BAD is not judged, and the
 * range is asked of GOOD values only: a device that says UNCERTAIN outside of its range is right.
 */
export function faultOf(rules: PointRules, value: NodeValue): Fault | null {
  const quality = qualityOf(value.status)
  if (quality === 'BAD') return null
  if (value.unsupported !== null) return 'unsupported type'
  if (value.value === null || value.type === null) return null
  if (!accepts(rules, value.type)) return 'type mismatch'
  return quality === 'GOOD' && isOutside(rules, value.value) ? 'out of range' : null
}

/**
 * The sample of a value. A faulty one keeps its value, in the type it came in where that is not
 * the point's, and gets a BAD status with the info bits it had; all others keep their status.
 */
export function sampleOf(
  rules: PointRules,
  value: NodeValue,
  fault: Fault | null,
  collectedTime: Micros,
): Sample {
  const type =
    value.value === null || value.type === null || accepts(rules, value.type)
      ? rules.type
      : value.type
  return {
    point: rules.id,
    sourceTime: value.sourceTime,
    serverTime: value.serverTime,
    collectedTime,
    type,
    value: value.value,
    text:
      type === 'enum' && typeof value.value === 'number'
        ? (rules.enumeration?.get(value.value) ?? null)
        : null,
    status: fault === null ? value.status : (statusOf[fault] | (value.status & infoBits)) >>> 0,
  }
}

const infoBits = 0xffff
const statusOf: Readonly<Record<Fault, number>> = {
  'type mismatch': status.badTypeMismatch,
  'out of range': status.badOutOfRange,
  'unsupported type': status.badDataEncodingUnsupported,
}

const accepts = (rules: PointRules, type: ValueType): boolean =>
  type === rules.type || rules.alsoAccepts.has(type)

/** NaN is no number to compare: it is inside. */
function isOutside(rules: PointRules, value: Value): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return value < rules.low || value > rules.high
  }
  return Array.isArray(value) && value.some((item) => isOutside(rules, item))
}
