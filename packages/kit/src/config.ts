import { MlaError } from '@mla/model'
import { z } from 'zod'

/** Parses settings or fails with every problem at once, each naming its setting. */
export function parseConfig<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new MlaError('CONFIG_INVALID', problems.join('; '), { details: { problems } })
}

/** `a,b, c` as a list; for brokers and contact points. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

export const port = z.coerce.number().int().min(0).max(65_535)
