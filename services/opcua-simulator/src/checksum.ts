import type { Micros, Value } from '@mla/model'

const scratch = new Float64Array(1)
const words = new Uint32Array(scratch.buffer)

const step = (h: number, word: number): number => {
  h = Math.imul(h ^ word, 0x9e3779b1)
  return h ^ (h >>> 15)
}

function ofNumber(h: number, value: number): number {
  scratch[0] = Number.isNaN(value) ? Number.NaN : value
  return step(step(h, words[0] ?? 0), words[1] ?? 0)
}

function ofValue(h: number, value: Value): number {
  switch (typeof value) {
    case 'number':
      return ofNumber(h, value)
    case 'bigint':
      return ofNumber(h, Number(value))
    case 'boolean':
      return step(h, value ? 3 : 2)
    case 'string':
      for (let i = 0; i < value.length; i++) h = step(h, value.charCodeAt(i))
      return step(h, value.length)
  }
  if (value === null) return step(h, 1)
  if (value instanceof Uint8Array) for (const byte of value) h = step(h, byte)
  else for (const one of value) h = ofValue(h, one)
  return step(h, value.length)
}

const hash32 = (seed: number, sourceTime: Micros, value: Value): number =>
  ofValue(ofNumber(seed, sourceTime), value) >>> 0

/**
 * A sum over samples in which their order does not matter, and from which one can be taken out
 * again: 64 bits, as two sums of 32. Equal for the same set of (source time, value), so a test can
 * add up what the archive answers and compare. Integers beyond 2^53 count as the nearest double.
 */
export interface Checksum {
  add(sourceTime: Micros, value: Value): void
  remove(sourceTime: Micros, value: Value): void
  /** 16 hexadecimal digits. */
  toString(): string
}

export function createChecksum(): Checksum {
  const sums = createChecksums(1)
  return {
    add: (sourceTime, value) => sums.add(0, sourceTime, value),
    remove: (sourceTime, value) => sums.remove(0, sourceTime, value),
    toString: () => sums.text(0),
  }
}

/** Checksums of many points in one array. */
export function createChecksums(count: number) {
  const sums = new Uint32Array(2 * count)
  const move = (index: number, sign: 1 | -1, sourceTime: Micros, value: Value): void => {
    const a = 2 * index
    sums[a] = ((sums[a] ?? 0) + sign * hash32(0x12345678, sourceTime, value)) | 0
    sums[a + 1] = ((sums[a + 1] ?? 0) + sign * hash32(0x2468ace1, sourceTime, value)) | 0
  }
  return {
    add: (index: number, time: Micros, value: Value) => move(index, 1, time, value),
    remove: (index: number, time: Micros, value: Value) => move(index, -1, time, value),
    text: (index: number): string =>
      [sums[2 * index], sums[2 * index + 1]]
        .map((sum = 0) => sum.toString(16).padStart(8, '0'))
        .join(''),
  }
}
