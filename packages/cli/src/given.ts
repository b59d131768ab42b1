import { type Micros, microsOfMillis, parseDuration, parseTime } from '@mla/model'
import type { Given } from './cli.ts'
import { Failure } from './failure.ts'

/** A whole number among the options. */
export function numberIn(
  given: Given,
  option: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const text = given.text(option) ?? ''
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new Failure(2, `${flag} is "${text}"`, `write a number from ${min} to ${max}`)
}

/** A point in time: RFC 3339, `now`, or how long ago (`15m`, `1h`, `2d`). Throws TIME_INVALID. */
export function timeOf(text: string, nowMillis: number): Micros {
  const now = microsOfMillis(nowMillis)
  if (text === 'now') return now
  return /^-?\d+(\.\d+)?(ms|s|m|h|d|w)$/.test(text)
    ? now - parseDuration(text.replace(/^-/, ''))
    : parseTime(text)
}
