import { isArrayType, matcherOf, type PointId, type Value, type ValueType } from '@mla/model'
import { z } from 'zod'

/** What happens to the values of points. */
export const pointFaults = [
  'freeze',
  'bad-status',
  'uncertain',
  'spike',
  'nan',
  'null',
  'type-change',
  'silence',
  'future-stamp',
  'past-stamp',
] as const
/** What happens to the server as a whole. */
export const serverFaults = ['disconnect', 'restart', 'slow'] as const

const durationS = z.number().positive().max(86_400)
const longText = z.string().min(1).max(500)

/** The body of `POST /faults`. */
export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(pointFaults),
    match: longText.describe(
      'Points, as in the API: a pattern with * and ?, else a part of the id',
    ),
    durationS: durationS.default(60),
    status: z.int().min(0).max(0xffff_ffff).optional().describe('For bad-status and uncertain'),
    magnitude: z.number().optional().describe('For spike: the value that appears'),
    offsetS: durationS.max(31_536_000).default(86_400).describe('For future-stamp and past-stamp'),
  }),
  z.strictObject({ kind: z.literal('disconnect') }),
  z.strictObject({
    kind: z.literal('restart'),
    durationS: durationS.default(5).describe('How long the server is away'),
  }),
  z.strictObject({
    kind: z.literal('slow'),
    durationS: durationS.default(60),
    delayMs: z.int().min(1).max(60_000).default(1_000).describe('Added to each answer'),
  }),
])
export type FaultRequest = z.output<typeof faultRequest>
export type PointFault = Extract<FaultRequest, { match: string }>

/** A value as the server gives it out. */
export interface Made {
  readonly type: ValueType
  readonly value: Value
  readonly status: number
  /** Milliseconds since 1970. */
  readonly sourceMs: number
}

export interface ActiveFault {
  readonly id: number
  readonly request: FaultRequest
  readonly sinceMs: number
  readonly untilMs: number
  /** How many points it matches; null for one of the server. */
  readonly points: number | null
}

const badSensorFailure = 0x808c0000
const uncertainLastUsableValue = 0x40900000

/**
 * What a fault makes of a sample; null where it is not made at all. `valueAt` is the point's
 * healthy life, for the faults that hold on to it.
 */
export function applyFault(
  fault: PointFault,
  sinceMs: number,
  made: Made,
  valueAt: (timeMs: number) => Value,
): Made | null {
  switch (fault.kind) {
    case 'silence':
      return null
    case 'freeze':
      return { ...made, value: valueAt(sinceMs) }
    case 'bad-status':
      return { ...made, value: null, status: fault.status ?? badSensorFailure }
    case 'uncertain':
      return { ...made, status: fault.status ?? uncertainLastUsableValue }
    case 'null':
      return { ...made, value: null }
    case 'nan':
      return made.type === 'double' || made.type === 'float'
        ? { ...made, value: Number.NaN }
        : { ...made, value: null }
    case 'spike':
      return { ...made, value: spiked(made, fault.magnitude) }
    case 'type-change':
      return { ...made, ...otherType(made) }
    case 'future-stamp':
      return { ...made, sourceMs: made.sourceMs + 1000 * fault.offsetS }
    case 'past-stamp':
      return { ...made, sourceMs: made.sourceMs - 1000 * fault.offsetS }
  }
}

/** Far out, in what the type can hold; not a number, not spiked. */
function spiked({ type, value }: Made, magnitude: number | undefined): Value {
  if (typeof value !== 'number' || type === 'datetime' || type === 'enum') return value
  if (type === 'double') return magnitude ?? 1000 * (Math.abs(value) + 1)
  if (type === 'float') return Math.fround(magnitude ?? 1000 * (Math.abs(value) + 1))
  const most = { int8: 127, uint8: 255, int16: 32_767, uint16: 65_535 }[String(type)]
  return most ?? 2_147_483_647
}

/** Numbers come as text, everything else as a number. */
const otherType = ({ type, value }: Made): Pick<Made, 'type' | 'value'> =>
  typeof value === 'number' && !isArrayType(type)
    ? { type: 'string', value: String(value) }
    : { type: 'double', value: 1 }

/** The faults in force. What matches a point is found when a fault begins, not at each sample. */
export interface Faults {
  /** The fault that a point is under, if any: the newest one. */
  of(index: number): { readonly fault: PointFault; readonly sinceMs: number } | undefined
  begin(request: FaultRequest): ActiveFault
  active(): readonly ActiveFault[]
  /** Ends one fault, or all. Returns those that ended. */
  end(id?: number): readonly ActiveFault[]
}

/** Beyond this many at once the oldest ends. */
const mostFaults = 100

export function createFaults(
  points: readonly { readonly id: PointId; readonly description: string | null }[],
  now: () => number,
): Faults {
  const active = new Map<number, ActiveFault & { readonly indexes: ReadonlySet<number> }>()
  const byPoint: ({ fault: PointFault; sinceMs: number; untilMs: number } | undefined)[] =
    new Array(points.length)
  let nextId = 1

  const matching = (match: string): ReadonlySet<number> => {
    const matches = matcherOf(match)
    const indexes = new Set<number>()
    points.forEach(({ id, description }, index) => {
      if (matches(id, description)) indexes.add(index)
    })
    return indexes
  }
  const refresh = (): void => {
    byPoint.fill(undefined)
    for (const { request, sinceMs, untilMs, indexes } of active.values()) {
      if (!('match' in request)) continue
      for (const index of indexes) byPoint[index] = { fault: request, sinceMs, untilMs }
    }
  }
  const expire = (): void => {
    const nowMs = now()
    for (const [id, { untilMs }] of active) if (untilMs <= nowMs) active.delete(id)
    for (const id of active.keys()) if (active.size > mostFaults) active.delete(id)
    refresh()
  }
  const shown = ({ indexes, ...fault }: ActiveFault & { indexes: ReadonlySet<number> }) => fault

  return {
    of(index) {
      const found = byPoint[index]
      return found && found.untilMs > now() ? found : undefined
    },
    begin(request) {
      const sinceMs = now()
      const untilMs = sinceMs + ('durationS' in request ? 1000 * request.durationS : 0)
      const indexes = 'match' in request ? matching(request.match) : new Set<number>()
      const points = 'match' in request ? indexes.size : null
      const fault = { id: nextId++, request, sinceMs, untilMs, points, indexes }
      active.set(fault.id, fault)
      expire()
      return shown(fault)
    },
    active() {
      expire()
      return [...active.values()].map(shown)
    },
    end(id) {
      const ended = [...active.values()].filter((fault) => id === undefined || fault.id === id)
      for (const fault of ended) active.delete(fault.id)
      refresh()
      return ended.map(shown)
    },
  }
}
