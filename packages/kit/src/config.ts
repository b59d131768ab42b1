import { MlaError } from '@mla/model'
import { z } from 'zod'

/** Parses settings or fails with every problem at once, each naming its setting. */
export function parseConfig<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.')
    return `${name}${given(input, name)}: ${message}`
  })
  throw new MlaError('CONFIG_INVALID', problems.join('; '), { details: { problems } })
}

/** ` is "abc"`, so that one sees which value is meant; of secrets not. */
function given(input: unknown, name: string): string {
  if (typeof input !== 'object' || input === null || /PASSWORD|SECRET|TOKEN/i.test(name)) return ''
  const value = Object.entries(input).find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? ` is ${JSON.stringify(value)}` : ''
}

/** `a,b, c` as a list; for brokers and contact points. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

const noPort = 'expected a port number, 0 to 65535 (0 takes a free one)'

export const port = z.coerce
  .number({ error: noPort })
  .int({ error: noPort })
  .min(0, { error: noPort })
  .max(65_535, { error: noPort })
