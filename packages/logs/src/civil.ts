/** Days from 1970-01-01 of a date of the Gregorian calendar; months from 1. Howard Hinnant's way. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export const isLeap = (year: number): boolean =>
  (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

export const isDate = (year: number, month: number, day: number): boolean =>
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  (day <= (lengths[month - 1] as number) || (month === 2 && day === 29 && isLeap(year)))

/** Microseconds of a wall clock's reading, as if it were UTC; NaN where it is no such time. */
export function wallClock(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  micros: number,
): number {
  // 60 is a leap second; it is told as the first of the next minute.
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return Number.NaN
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
  return seconds * 1_000_000 + micros
}

const names = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** 1 to 12 of an English month's name or its first three letters; 0 for anything else. */
export const monthNamed = (text: string): number =>
  names.indexOf(text.slice(0, 3).toLowerCase()) + 1

/** Three letters at `at` as one number, in lower case. */
const letters = (a: number, b: number, c: number): number =>
  ((a | 0x20) << 16) | ((b | 0x20) << 8) | (c | 0x20)

const months = new Map(
  names.map((name, i) => [
    letters(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)),
    i + 1,
  ]),
)

/** The month whose three letters begin at `at` of these bytes; 0 where none does. */
export const monthAt = (bytes: Uint8Array, at: number): number =>
  months.get(letters(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number)) ?? 0
