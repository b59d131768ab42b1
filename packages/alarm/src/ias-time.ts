import type { Micros } from '@mla/model'

const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/

/**
 * Reads a time as IAS writes it: UTC without a zone. IAS writes milliseconds without leading zeros
 * and reads the digits as a whole number, so `.5` is five milliseconds, not half a second. More than
 * three digits are not of IAS: they are read as a fraction. Null for anything else.
 */
export function parseIasTime(text: string): Micros | null {
  const match = pattern.exec(text.trim())
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  if (hour > 23 || minute > 59 || second > 60) return null
  const digits = match[7] ?? '0'
  const micros =
    digits.length <= 3 ? Number(digits) * 1000 : Number(digits.padEnd(6, '0').slice(0, 6))
  return date.getTime() * 1000 + micros
}

/** Always three digits, which every reader of IAS takes for the same milliseconds. */
export const formatIasTime = (time: Micros): string =>
  new Date(Math.floor(time / 1000)).toISOString().slice(0, -1)
