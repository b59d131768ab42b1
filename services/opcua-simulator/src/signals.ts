import type { Point, ScalarSignal } from '@mla/cdb'
import {
  integerOf,
  isArrayType,
  parseTime,
  type Scalar,
  type ScalarType,
  scalarTypeOf,
  type Value,
} from '@mla/model'
import { analogueCurve, isAnalogue, modulo } from './analogue.ts'
import { defaultSignal } from './default-signal.ts'
import { draw, gauss, type Seed, seedOf, uniform } from './hash.ts'
import { slotAt } from './slots.ts'

export type SignalPoint = Pick<
  Point,
  'id' | 'type' | 'intervalMs' | 'signal' | 'range' | 'enumeration'
>

/** A point's value at a time (milliseconds since 1970), the same whenever it is asked. */
export type SignalCurve = (timeMs: number) => Value
type ScalarCurve = (timeMs: number) => Scalar

/** The life of a point: a pure function of the seed, the point and the time. */
export function signalCurve(point: SignalPoint, seed: Seed): SignalCurve {
  const own = seedOf(seed, point.id)
  const signal = point.signal ?? defaultSignal(point)
  const type = scalarTypeOf(point.type)
  if (signal.kind === 'array') {
    const curves = Array.from({ length: signal.length }, (_, i) =>
      scalarCurve(signal.of, type, point.intervalMs, own + i + 1),
    )
    return (timeMs) => curves.map((curve) => curve(timeMs))
  }
  if (signal.kind === 'constant') {
    const { value } = signal
    const given: readonly (number | boolean | string)[] = Array.isArray(value) ? value : [value]
    const constants = given.map((one) => constantOf(type, one))
    const constant: Value = isArrayType(point.type) ? constants : (constants[0] ?? null)
    return () => constant
  }
  const curve = scalarCurve(signal, type, point.intervalMs, own)
  return isArrayType(point.type) ? (timeMs) => [curve(timeMs)] : curve
}

/** The value of a point at a time in milliseconds since 1970. */
export const valueAt = (point: SignalPoint, seed: Seed, timeMs: number): Value =>
  signalCurve(point, seed)(timeMs)

function scalarCurve(
  signal: ScalarSignal,
  type: ScalarType,
  intervalMs: number,
  seed: Seed,
): ScalarCurve {
  if (isAnalogue(signal)) {
    const curve = analogueCurve(signal, seed)
    const fit = numberOf(type)
    return (timeMs) => fit(curve(timeMs / 1000))
  }
  switch (signal.kind) {
    case 'counter': {
      const modulus = Math.min(signal.modulus ?? Infinity, countsOf[type] ?? 2 ** 53)
      const start = signal.start % modulus
      return (timeMs) => {
        const tick = Math.floor((timeMs - countingFrom) / intervalMs)
        return modulo(start + modulo(tick, modulus) * (signal.increment % modulus), modulus)
      }
    }
    case 'toggle': {
      const { everyS, forS = everyS, usual } = signal
      return (timeMs) => {
        const x = timeMs / 1000 / (everyS + forS) + uniform(seed, -1)
        const round = Math.floor(x)
        const other = (x - round) * (everyS + forS) - uniform(seed, round) * everyS
        return other >= 0 && other < forS ? !usual : usual
      }
    }
    case 'enumCycle':
      return cycle(signal.codes, signal.everyS, seed, 0)
    case 'text':
      return cycle(signal.texts, signal.everyS, seed, '')
    case 'clock': {
      const { offsetS, jitterS } = signal
      return (timeMs) => {
        const jitterMs = jitterS === 0 ? 0 : 1000 * jitterS * gauss(seed, timeMs)
        // Whole milliseconds: finer ones do not survive a JavaScript Date.
        return 1000 * Math.round(timeMs + 1000 * offsetS + jitterMs)
      }
    }
    case 'bytes': {
      const { length, everyS } = signal
      return (timeMs) => {
        const content = draw(seed, slotAt(timeMs / 1000, everyS, seed))
        return Uint8Array.from({ length }, (_, i) => draw(content, i))
      }
    }
    case 'constant': {
      const { value } = signal
      const constant = constantOf(type, Array.isArray(value) ? (value[0] ?? 0) : value)
      return () => constant
    }
  }
}

/** Counters count from 2026-01-01T00:00:00Z, so that they are small and survive a restart. */
const countingFrom = 1_767_225_600_000

function cycle<T extends Scalar>(
  values: readonly T[],
  everyS: number,
  seed: Seed,
  none: T,
): (timeMs: number) => T {
  return (timeMs) => values[modulo(slotAt(timeMs / 1000, everyS, seed), values.length)] ?? none
}

/** How many values a counter of a type has before it starts again. */
const countsOf: Partial<Record<ScalarType, number>> = {
  int8: 2 ** 7,
  uint8: 2 ** 8,
  int16: 2 ** 15,
  uint16: 2 ** 16,
  int32: 2 ** 31,
  uint32: 2 ** 32,
  enum: 2 ** 31,
  float: 2 ** 24,
}

const ends: Partial<Record<ScalarType, readonly [number, number]>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [-(2 ** 53 - 1), 2 ** 53 - 1],
  uint64: [0, 2 ** 53 - 1],
  enum: [-(2 ** 31), 2 ** 31 - 1],
}

/** Makes a number one that the type can hold. */
function numberOf(type: ScalarType): (value: number) => number {
  if (type === 'double') return (value) => value
  if (type === 'float') return Math.fround
  const [low, high] = ends[type] ?? [-(2 ** 53 - 1), 2 ** 53 - 1]
  // Adding 0 turns -0 into 0, which an integer cannot be.
  return (value) => Math.min(high, Math.max(low, Math.round(value))) + 0
}

/** A constant as the CDB writes it (64-bit integers and times as text, byte strings as base64). */
function constantOf(type: ScalarType, value: number | boolean | string): Scalar {
  switch (type) {
    case 'boolean':
      return Boolean(value)
    case 'string':
      return String(value)
    case 'bytes':
      return new Uint8Array(Buffer.from(String(value), 'base64'))
    case 'datetime':
      return typeof value === 'string' ? parseTime(value) : Number(value)
    case 'int64':
    case 'uint64':
      return integerOf(BigInt(value))
    default:
      return numberOf(type)(Number(value))
  }
}
