import { isArrayType, type ScalarType, scalarTypeOf, type ValueType } from '@mla/model'
import { z } from 'zod'

/**
 * How the simulator makes a point's values. Parameters are in the point's unit and in seconds;
 * every kind is a function of the seed, the point and the time, so a run can be repeated.
 */
const positive = z.number().positive()
const notNegative = z.number().nonnegative()

/** What every analogue kind has: a sensor's noise and its resolution. */
const analogue = {
  noise: notNegative.optional().describe('Standard deviation of the noise added to each value'),
  resolution: positive.optional().describe('Values are rounded to a multiple of it'),
}

const scalarSignal = [
  z.strictObject({
    kind: z.literal('sine'),
    mean: z.number().default(0),
    amplitude: notNegative,
    periodS: positive,
    phaseS: z.number().optional().describe('Without it each point has a phase of its own'),
    ...analogue,
  }),
  z.strictObject({
    kind: z.literal('noise'),
    mean: z.number().default(0),
    ...analogue,
    noise: positive.describe('Standard deviation'),
  }),
  z
    .strictObject({
      kind: z.literal('randomWalk'),
      low: z.number(),
      high: z.number(),
      start: z.number().optional().describe('Default: the middle'),
      step: positive.describe('Standard deviation of one second of walking'),
      ...analogue,
    })
    .describe('Wanders between low and high'),
  z
    .strictObject({
      kind: z.literal('drift'),
      low: z.number(),
      high: z.number(),
      perHour: z.number().describe('How fast it goes; negative goes from high to low'),
      ...analogue,
    })
    .describe('Goes from one end to the other, and starts again'),
  z
    .strictObject({
      kind: z.literal('slew'),
      low: z.number(),
      high: z.number(),
      speed: positive.describe('Units per second while slewing'),
      trackSpeed: notNegative.default(0).describe('Units per second while tracking'),
      dwellS: positive.default(900).describe('How long a target is tracked'),
      ...analogue,
    })
    .describe('An axis: slews to a target, tracks it, slews to the next'),
  z
    .strictObject({
      kind: z.literal('step'),
      levels: z.array(z.number()).min(1).max(100),
      everyS: positive.describe('Mean time on one level'),
      ...analogue,
    })
    .describe('Jumps between levels'),
  z
    .strictObject({
      kind: z.literal('counter'),
      start: z.number().int().default(0),
      increment: z.number().int().positive().default(1).describe('Per sample'),
      modulus: z
        .number()
        .int()
        .min(2)
        .optional()
        .describe('Starts again at 0; default: at the type’s end'),
    })
    .describe('Counts up at every sample'),
  z
    .strictObject({
      kind: z.literal('toggle'),
      everyS: positive.describe('Mean time in the usual state'),
      forS: positive.optional().describe('Time in the other state; default: as everyS'),
      usual: z.boolean().default(false),
    })
    .describe('A boolean that changes now and then'),
  z
    .strictObject({
      kind: z.literal('enumCycle'),
      codes: z.array(z.number().int()).min(1).max(100),
      everyS: positive.describe('Mean time in one state'),
    })
    .describe('The states of a state machine, one after another'),
  z
    .strictObject({
      kind: z.literal('text'),
      texts: z.array(z.string()).min(1).max(100),
      everyS: positive,
    })
    .describe('One text after another'),
  z
    .strictObject({
      kind: z.literal('clock'),
      offsetS: z.number().default(0),
      jitterS: notNegative.default(0),
    })
    .describe("The server's own time"),
  z
    .strictObject({
      kind: z.literal('bytes'),
      length: z.number().int().min(0).max(65_536),
      everyS: positive.describe('How long one content stays'),
    })
    .describe('A byte string'),
  z
    .strictObject({
      kind: z.literal('constant'),
      value: z.union([
        z.number(),
        z.boolean(),
        z.string(),
        z.array(z.union([z.number(), z.boolean(), z.string()])).max(4_096),
      ]),
    })
    .describe('Never changes; 64-bit integers and times as text, byte strings as base64'),
] as const

const scalarSchema = z.discriminatedUnion('kind', scalarSignal)

export const signalSchema = z.discriminatedUnion('kind', [
  ...scalarSignal,
  z
    .strictObject({
      kind: z.literal('array'),
      length: z.number().int().min(0).max(4_096),
      of: scalarSchema,
    })
    .describe('Each element a signal of its own'),
])

/** A life-like signal of one value. */
export type ScalarSignal = z.output<typeof scalarSchema>
/** A life-like signal; of an array point it is `array` (or a constant). */
export type Signal = z.output<typeof signalSchema>

const numbers: readonly ScalarType[] = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float',
  'double',
]
const typesOf: Record<Exclude<ScalarSignal['kind'], 'constant'>, readonly ScalarType[]> = {
  sine: numbers,
  noise: numbers,
  randomWalk: numbers,
  drift: numbers,
  slew: numbers,
  step: numbers,
  counter: numbers,
  toggle: ['boolean'],
  enumCycle: ['enum', ...numbers],
  text: ['string'],
  clock: ['datetime'],
  bytes: ['bytes'],
}

/** The value types that a signal of this kind can make; null for a constant: any. */
export const typesOfSignal = (kind: ScalarSignal['kind']): readonly ScalarType[] | null =>
  kind === 'constant' ? null : typesOf[kind]

/**
 * Whether every sample differs from the one before, for certain: counters, clocks, and doubles
 * with noise and without a resolution (two draws of 53 bits do not meet). Other analogue signals
 * change at nearly every sample, the rest when something happens.
 */
export function changesEverySample(type: ValueType, signal: Signal | null): boolean {
  if (signal === null) return false
  if (signal.kind === 'array') {
    return (
      isArrayType(type) && signal.length > 0 && changesEverySample(scalarTypeOf(type), signal.of)
    )
  }
  if (signal.kind === 'counter') return signal.increment % (signal.modulus ?? Infinity) !== 0
  if (signal.kind === 'clock') return true
  return (
    type === 'double' &&
    'noise' in signal &&
    (signal.noise ?? 0) > 0 &&
    signal.resolution === undefined
  )
}
