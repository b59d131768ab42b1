import type { Cli, Given } from './cli.ts'
import { Failure } from './failure.ts'

export const formats = ['table', 'csv', 'json', 'plot'] as const
export type Format = (typeof formats)[number]

/** How an answer is to be shown; `--json` of the program goes before. Throws where it is none of `known`. */
export function formatIn(
  { out }: Cli,
  given: Given,
  known: readonly Format[] = ['table', 'csv', 'json'],
): Format {
  const text = out.json ? 'json' : (given.text('format') ?? 'table').toLowerCase()
  const format = known.find((one) => one === text)
  if (format !== undefined) return format
  throw new Failure(2, `--format is "${text}"`, `write one of ${known.join(', ')}`)
}
