import { type Seed, uniform } from './hash.ts'

/**
 * Which of the slots of about `everyS` seconds a time lies in. Each begins up to half a slot late,
 * by chance, so that things do not happen by the clock; where the first begins differs by seed.
 */
export function slotAt(timeS: number, everyS: number, seed: Seed): number {
  const x = timeS / everyS + uniform(seed, -1)
  const slot = Math.floor(x)
  return x - slot < uniform(seed ^ 0x3c6ef372, slot) / 2 ? slot - 1 : slot
}
