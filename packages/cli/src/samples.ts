import type { Output } from './cli.ts'
import type { CsvColumn } from './csv.ts'

/** The fields of a sample that commands show. */
export const sampleFields = 'point time value text quality status'

export interface ShownSample {
  readonly point: string
  readonly time: string
  readonly value: unknown
  readonly text: string | null
  readonly quality: 'GOOD' | 'UNCERTAIN' | 'BAD'
  readonly status: number
}

/** A sample as CSV has it. */
export const sampleColumns: readonly CsvColumn<ShownSample>[] = [
  { name: 'point', value: ({ point }) => point },
  { name: 'time', value: ({ time }) => time },
  { name: 'value', value: ({ value }) => value },
  { name: 'text', value: ({ text }) => text },
  { name: 'quality', value: ({ quality }) => quality },
  { name: 'status', value: ({ status }) => status },
]

/** A value as a person reads it; an enumeration by name and code. */
export function valueText(value: unknown, text: string | null = null): string {
  if (text !== null) return `${text} (${JSON.stringify(value)})`
  if (value === null || value === undefined) return '-'
  if (typeof value === 'string') return value
  return JSON.stringify(Array.isArray(value) ? value.map(shortest) : shortest(value))
}

/** A number that is a 32-bit float as the shortest text of that float: 0.1, not 0.10000000149. */
function shortest(value: unknown): unknown {
  if (typeof value !== 'number' || Math.fround(value) !== value) return value
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** GOOD, or the quality with its status code. */
export function qualityText(out: Output, { quality, status }: ShownSample): string {
  if (quality === 'GOOD') return quality
  const text = `${quality} 0x${status.toString(16).padStart(8, '0')}`
  return out.paint(quality === 'BAD' ? 'red' : 'yellow', text)
}
