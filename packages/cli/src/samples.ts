import type { Output } from './cli.ts'

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

/** A value as a person reads it; an enumeration by name and code. */
export function valueText(value: unknown, text: string | null = null): string {
  if (text !== null) return `${text} (${JSON.stringify(value)})`
  if (value === null || value === undefined) return '-'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** GOOD, or the quality with its status code. */
export function qualityText(out: Output, { quality, status }: ShownSample): string {
  if (quality === 'GOOD') return quality
  const text = `${quality} 0x${status.toString(16).padStart(8, '0')}`
  return out.paint(quality === 'BAD' ? 'red' : 'yellow', text)
}
