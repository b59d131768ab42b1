import { z } from 'zod'

const wanted = (text: string) => ({ error: `expected ${text}` })
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'a time such as 250ms, 10s, 5m, 1h, 1d')
const limits = z.tuple([z.number(), z.number()])
const pointName = z
  .string()
  .min(1)
  .max(200)
  .describe('A point: by its id, or by its name below this point’s own folder or one around it')

const statusChoice = z.union(
  [z.enum(['GOOD', 'UNCERTAIN', 'BAD']), z.string().regex(/^0x[0-9A-Fa-f]{8}$/)],
  wanted('GOOD, UNCERTAIN, BAD or a status code such as "0x808C0000"'),
)

export const filterSchema = z.strictObject({
  unchanged: z
    .union(
      [
        z.literal('exact'),
        z.number().positive(),
        z.string().regex(/^\d+(\.\d+)?% of (value|range)$/),
      ],
      wanted('exact, a number in the point’s unit, "1% of value" or "0.1% of range"'),
    )
    .optional()
    .describe('How far a value may move from the last one sent and not be sent'),
  maxSilence: duration
    .optional()
    .describe('An unchanged value is sent after so long all the same; default 1m'),
  drop: z.array(statusChoice).optional().describe('Status classes and codes that are not sent'),
  keep: z
    .array(statusChoice)
    .optional()
    .describe('Status classes and codes that are sent nevertheless'),
  inside: limits.optional().describe('[low, high]: only values inside are sent'),
  outside: limits.optional().describe('[low, high]: only values outside are sent'),
})
export type FilterFields = z.output<typeof filterSchema>

const statistic = z.union(
  [
    z.enum(['count', 'min', 'max', 'mean', 'stddev', 'first', 'last', 'integral', 'rate']),
    z.string().regex(/^p\d{1,2}(\.\d+)?$/),
    z.strictObject({ timeIn: z.array(z.union([z.number(), z.string()])).min(1) }),
  ],
  wanted(
    'count, min, max, mean, stddev, first, last, integral, rate, p99 or {timeIn: [codes or names]}',
  ),
)

const windowFields = {
  every: duration.optional().describe('A window ends at each multiple of it, UTC'),
  width: duration.optional().describe('How far it reaches back; default: `every`'),
  count: z.number().int().min(1).max(100_000).optional().describe('So many samples, not a time'),
  step: z.number().int().min(1).max(100_000).optional().describe('Default: `count`'),
  give: statistic.describe('What is worked out'),
  maxHold: duration.optional().describe('How long a value counts in integral and timeIn'),
}
const scalar = z.union([z.number(), z.string(), z.boolean()])
const compareFields = {
  above: z.number().optional(),
  below: z.number().optional(),
  apart: z.number().nonnegative().optional().describe('Two points differ by more than this'),
  clear: z.number().optional().describe('True until the value is back beyond this (hysteresis)'),
  inside: limits.optional(),
  outside: limits.optional(),
  equals: z.union([scalar, z.array(scalar).min(1)]).optional(),
  bits: z
    .strictObject({ mask: z.number().int().min(1), value: z.number().int().min(0) })
    .optional()
    .describe('True where the bits of mask are as in value'),
  rising: z.number().nonnegative().optional().describe('By more than this per second'),
  falling: z.number().nonnegative().optional().describe('By more than this per second'),
  changing: z.number().nonnegative().optional().describe('By more than this per second'),
  maxSilence: duration.optional().describe('What stays is said again after so long; default 1m'),
}
const resampleFields = {
  every: duration.describe('Steps lie at multiples of it, UTC'),
  method: z.enum(['LAST', 'LINEAR', 'MEAN', 'MIN', 'MAX', 'COUNT']),
  maxHold: duration.optional().describe('How long a value counts after its time'),
}
const allowance = {
  allowance: duration
    .optional()
    .describe('How late a sample may come and still count; default 2s, none for comparisons'),
}

export const derivedSchema = z.strictObject({
  window: z.strictObject({ of: pointName, ...windowFields }).optional(),
  compare: z
    .strictObject({ of: z.union([pointName, z.tuple([pointName, pointName])]), ...compareFields })
    .optional(),
  expression: z.string().min(1).max(4_000).optional(),
  of: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), pointName)
    .optional()
    .describe('The points that the names in the expression stand for'),
  every: duration.optional().describe('An expression is worked out at multiples of it, UTC'),
  maxHold: duration.optional().describe('How long a value counts in an expression'),
  resample: z.strictObject({ of: pointName, ...resampleFields }).optional(),
  ...allowance,
})
export type DerivedFields = z.output<typeof derivedSchema>

/** A class: what holds for all points that match, and what is derived of each. */
export const processingFile = z.strictObject({
  $schema: z.string().optional(),
  processing: z.record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/),
    z.strictObject({
      description: z.string().max(1_000).optional(),
      match: z.array(z.string().min(1)).min(1).describe('Patterns of point ids: * ? and **'),
      filter: filterSchema.optional(),
      derive: z
        .record(
          z.string().regex(/^[A-Za-z0-9_:+-]{1,60}$/),
          z.strictObject({
            description: z.string().max(1_000).optional(),
            unit: z.string().min(1).max(60).optional(),
            archiveClass: z.string().optional(),
            window: z.strictObject(windowFields).optional(),
            compare: z.strictObject(compareFields).optional(),
            resample: z.strictObject(resampleFields).optional(),
            ...allowance,
          }),
        )
        .optional()
        .describe('By name: the point <id>.<name> is derived of each point <id>'),
    }),
  ),
})
export type ProcessingFields = z.output<typeof processingFile>['processing'][string]
