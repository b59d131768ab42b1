import { recipeSchema } from '@mla/logs'
import { priorities } from '@mla/model'
import { z } from 'zod'

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'letters, digits, _ and -, a letter first, at most 64')
const text = z.string().min(1).max(4_000)
const priority = z.enum(priorities)
const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as 500ms, 10s, 5m')

const logSourceSchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  recipe: name.describe('How its lines are understood: one of recipes here, or a shipped one'),
  listen: z
    .array(text)
    .max(20)
    .default([])
    .describe(
      'udp://, tcp://, tls:// or http:// with host:port; $NAME in braces is taken from the environment',
    ),
  tls: z
    .strictObject({
      certificateFile: text,
      keyFile: text,
      caFile: text
        .optional()
        .describe('Senders must have a certificate that this authority signed'),
    })
    .optional(),
  files: z
    .strictObject({
      include: z.array(text).min(1).max(100).describe('Paths, with * ? ** and {a,b}'),
      exclude: z.array(text).max(100).default([]),
      startAt: z
        .enum(['begin', 'end'])
        .default('end')
        .describe('Where a file that is there at the first start is read from'),
    })
    .optional(),
  nameBy: z
    .enum(['id', 'host', 'process'])
    .default('id')
    .describe('host: the source of a record is called <id>/<host>'),
  lanes: z
    .array(z.number().int().min(0).max(23))
    .min(1)
    .max(24)
    .default([0])
    .describe('Partitions of log.records (0 to 23); its connections are spread over them'),
  minPriority: priority
    .default('TRACE')
    .describe('Less important records are counted and left out'),
  rate: z
    .strictObject({
      perSecond: z.number().positive().max(10_000_000),
      burst: z
        .number()
        .int()
        .min(1)
        .max(100_000_000)
        .optional()
        .describe('Default: two seconds of it'),
      exempt: priority.default('ERROR').describe('Records this important are never held back'),
    })
    .optional()
    .describe('What is more is counted and left out; a record says how much it was'),
  sample: z
    .strictObject({
      oneOf: z.number().int().min(2).max(1_000_000),
      below: priority.default('INFO'),
    })
    .optional()
    .describe('Of the less important records only one of so many'),
  fold: z
    .strictObject({ within: duration })
    .optional()
    .describe('The same text of the same process again within this time is counted, not sent'),
  longestRecord: z.number().int().min(480).max(4_194_304).default(65_536),
  mostConnections: z.number().int().min(1).max(100_000).default(2_048),
})
export type LogSourceFields = z.output<typeof logSourceSchema>

const names = z.array(text).min(1).max(1_000)
const sourceNames = names.describe('Names, patterns with * and ?, or what stands before a slash')
const least = z
  .union([priority, z.literal('off')], { error: 'expected a priority, or off' })
  .optional()

const logRuleSchema = z
  .strictObject({
    description: z.string().max(1_000).optional(),
    sources: sourceNames.optional(),
    audiences: names.optional(),
    archive: least.describe('The least priority that is archived; off: nothing'),
    live: least.describe('The least priority that is shown at once; off: nothing'),
  })
  .refine(({ archive, live }) => archive ?? live, 'a rule decides on archive, live or both')

const logRateSchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  sources: sourceNames.optional(),
  minPriority: priority.default('ERROR'),
  every: duration.default('10s').describe('A value is sent so often'),
  archiveClass: name.default('standard'),
})

/** `logs/*.yaml`: where log records come from and how they are understood. */
export const logsFile = z.strictObject({
  $schema: z.string().optional(),
  patterns: z
    .record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/, 'letters, digits and _'), text)
    .optional()
    .describe('Grok patterns for all recipes'),
  recipes: z.record(name, recipeSchema).optional(),
  sources: z.record(name, logSourceSchema).optional(),
  selection: z
    .array(logRuleSchema)
    .max(1_000)
    .optional()
    .describe(
      'What is archived and what is shown at once: for each of the two the first rule counts that matches and says something of it; without one everything',
    ),
  rates: z
    .record(z.string(), logRateSchema)
    .optional()
    .describe('Monitoring points by id: records a second of these sources and priorities'),
})
export type LogsFields = z.output<typeof logsFile>
export type LogRuleFields = z.output<typeof logRuleSchema>
export type LogRateFields = z.output<typeof logRateSchema>
