import { formatTime, type Micros, microsPerSecond } from '@mla/model'

/**
 * As formatTime, for many times of the same few seconds: it keeps the text of the last second.
 * An answer with all points has 80,000 times in it.
 */
export function createTimeText(): (time: Micros) => string {
  let second = Number.NaN
  let text = ''
  return (time) => {
    // Beyond the year 2255 a double does not hold every microsecond.
    if (!Number.isSafeInteger(time)) return formatTime(time)
    const whole = Math.floor(time / microsPerSecond)
    if (whole !== second) {
      text = formatTime(whole * microsPerSecond).slice(0, -1)
      second = whole
    }
    const micros = time - whole * microsPerSecond
    if (micros === 0) return `${text}Z`
    const digits = String(micros).padStart(6, '0')
    return `${text}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`
  }
}
