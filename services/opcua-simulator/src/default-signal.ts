import type { ScalarSignal, Signal } from '@mla/cdb'
import { isArrayType, type ScalarType, scalarTypeOf } from '@mla/model'
import type { SignalPoint } from './signals.ts'

/** What a point does whose CDB entry names no signal: something plausible for its type. */
export function defaultSignal(point: Omit<SignalPoint, 'signal'>): Signal {
  const of = defaultScalar(scalarTypeOf(point.type), point)
  return isArrayType(point.type) ? { kind: 'array', length: 4, of } : of
}

function defaultScalar(
  type: ScalarType,
  { range, enumeration }: Pick<SignalPoint, 'range' | 'enumeration'>,
): ScalarSignal {
  switch (type) {
    case 'boolean':
      return { kind: 'toggle', everyS: 120, forS: 20, usual: false }
    case 'string':
      return { kind: 'text', texts: ['idle', 'busy', 'waiting'], everyS: 120 }
    case 'datetime':
      return { kind: 'clock', offsetS: 0, jitterS: 0 }
    case 'bytes':
      return { kind: 'bytes', length: 8, everyS: 60 }
    case 'enum': {
      const codes = [...(enumeration?.keys() ?? [])].slice(0, 100)
      return { kind: 'enumCycle', codes: codes.length > 0 ? codes : [0, 1, 2], everyS: 120 }
    }
    default: {
      const { low, high } = range ?? { low: 0, high: 100 }
      const span = high - low
      return {
        kind: 'sine',
        mean: (low + high) / 2,
        amplitude: 0.3 * span,
        periodS: 600,
        noise: 0.01 * span,
      }
    }
  }
}
