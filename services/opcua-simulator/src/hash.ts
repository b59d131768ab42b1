/**
 * Randomness that is a function: the same seed and the same number always give the same draw, so
 * any moment of any signal can be computed without what came before it.
 */
export type Seed = number

const mix = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** 32 bits out of a seed and a number (MurmurHash3's finaliser over both halves of the number). */
export function draw(seed: Seed, n: number): number {
  const high = Math.floor(n / 0x1_0000_0000)
  const h = mix((seed ^ Math.imul(n | 0, 0xcc9e2d51)) | 0)
  return mix((h + Math.imul(high | 0, 0x1b873593) + 0x9e3779b9) | 0)
}

/** 53 bits of [0, 1). */
export const uniform = (seed: Seed, n: number): number =>
  (draw(seed, n) * 0x20_0000 + (draw(seed ^ 0x5bd1e995, n) >>> 11)) / 0x20_0000_0000_0000

/** A draw of the normal distribution with mean 0 and deviation 1 (Box and Muller). */
export function gauss(seed: Seed, n: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, n)))
  return radius * Math.cos((2 * Math.PI * draw(seed ^ 0x27d4eb2f, n)) / 0x1_0000_0000)
}

/** A seed for a name: FNV-1a, mixed. */
export function seedOf(seed: Seed, name: string): Seed {
  let h = 0x811c9dc5 ^ (seed | 0)
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  return mix(h)
}
