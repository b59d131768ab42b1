import { priorities } from '@mla/model'
import { z } from 'zod'

const text = z.string().min(1).max(4_000)
const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'letters, digits, _ . -, at most 64')

/** What a line can say that a record has a place for. */
export const roles = [
  ...['time', 'priority', 'host', 'process', 'thread', 'file', 'line', 'routine', 'audience'],
  'message',
] as const

const priority = z.enum(priorities)

/** How the lines of a source are understood, as the configuration database says it. */
export const recipeSchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  format: z
    .enum(['lines', 'syslog', 'json', 'logfmt', 'gelf', 'acs', 'journal', 'auto'])
    .default('lines')
    .describe('auto tries the shipped ones; lines are described by match'),
  match: z
    .array(text)
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Grok expressions, each for a whole line, the first that matches counts: %{WORD:process}. Names that are no part of a record become fields.',
    ),
  patterns: z.record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/), text).optional(),
  keys: z
    .partialRecord(z.enum(roles), z.array(z.string().min(1)).min(1))
    .optional()
    .describe('Of json and logfmt: the keys that say it, before the usual ones'),
  time: z
    .strictObject({
      formats: z
        .array(text)
        .min(1)
        .max(20)
        .optional()
        .describe('iso, bsd, epoch, epochMs, or as in yyyy-MM-dd HH:mm:ss,SSS'),
      zone: z.string().optional().describe('IANA zone of stamps that say none; default UTC'),
    })
    .optional(),
  priority: z
    .strictObject({
      map: z.record(z.string(), priority).optional().describe('Words beside the usual ones'),
      default: priority.optional().describe('Where the line says none; default INFO'),
    })
    .optional(),
  set: z
    .record(name, text)
    .optional()
    .describe('Texts where the line says none: host, process, audience, or a field'),
  multiline: z
    .strictObject({
      start: text.optional().describe('Regular expression of the first line of a record'),
      continuation: text.optional().describe('Regular expression of a line that is not the first'),
      lines: z.number().int().min(2).max(10_000).default(500),
    })
    .optional(),
  keepRaw: z.boolean().default(false).describe('Keep the bytes of every line beside its record'),
})

/** As it is written. */
export type RecipeRules = z.input<typeof recipeSchema>
export type RecipeFields = z.output<typeof recipeSchema>
