import type { Micros } from '@mla/model'

/**
 * Says of what is refused whether it is worth a dead letter: a plugin sends a value again every few
 * seconds, and one that is wrong would fill the topic. Each is counted all the same.
 */
export type LetterBudget = (id: string, fault: string, now: Micros) => boolean

/** Of one identifier and fault: so many at once, and then one each `everyMicros`. */
const atOnce = 10
const everyMicros = 60_000_000
const mostKnown = 20_000

export function createLetterBudget(): LetterBudget {
  const known = new Map<string, { left: number; last: Micros }>()
  return (id, fault, now) => {
    const key = `${fault} ${id}`
    const own = known.get(key) ?? { left: atOnce, last: now }
    known.delete(key)
    known.set(key, own)
    if (known.size > mostKnown) known.delete(known.keys().next().value as string)
    if (own.left === 0 && now - own.last >= everyMicros) own.left = 1
    if (own.left === 0) return false
    own.left--
    own.last = now
    return true
  }
}
