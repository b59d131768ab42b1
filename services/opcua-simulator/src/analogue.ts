import type { ScalarSignal } from '@mla/cdb'
import { draw, gauss, type Seed, uniform } from './hash.ts'
import { slotAt } from './slots.ts'

type Kind = 'sine' | 'noise' | 'randomWalk' | 'drift' | 'slew' | 'step'
export type AnalogueSignal = Extract<ScalarSignal, { kind: Kind }>
/** What a number is at a time in seconds. */
export type Curve = (timeS: number) => number

export const isAnalogue = (signal: ScalarSignal): signal is AnalogueSignal =>
  signal.kind in analogueCurves

/** The curve of a signal with its sensor's noise and resolution on it, within its limits. */
export function analogueCurve(signal: AnalogueSignal, seed: Seed): Curve {
  const curve = curveOf(signal, seed)
  const { noise = 0, resolution } = signal
  const [low, high] = limitsOf(signal)
  return (timeS) => {
    let value = curve(timeS)
    if (noise > 0) value += noise * gauss(seed, Math.round(timeS * 1000))
    if (resolution !== undefined) value = Math.round(value / resolution) * resolution
    return Math.min(high, Math.max(low, value))
  }
}

const limitsOf = (signal: AnalogueSignal): readonly [number, number] =>
  'low' in signal
    ? [Math.min(signal.low, signal.high), Math.max(signal.low, signal.high)]
    : [-Infinity, Infinity]

type Signals = { [K in Kind]: Extract<AnalogueSignal, { kind: K }> }
type Curves = { [K in Kind]: (signal: Signals[K], seed: Seed) => Curve }

const analogueCurves: Curves = {
  sine({ mean, amplitude, periodS, phaseS }, seed) {
    const phase = phaseS ?? uniform(seed, 1) * periodS
    return (timeS) => mean + amplitude * Math.sin((2 * Math.PI * (timeS + phase)) / periodS)
  },
  noise:
    ({ mean }) =>
    () =>
      mean,
  randomWalk: ({ low, high, start, step }, seed) => {
    const from = start ?? (low + high) / 2
    const octaves = octavesOf(step, high - low)
    return (timeS) => fold(from + wander(octaves, seed, timeS), low, high)
  },
  drift({ low, high, perHour }, seed) {
    const span = high - low
    const offset = uniform(seed, 2) * span
    return (timeS) => (span <= 0 ? low : low + modulo(offset + (timeS / 3600) * perHour, span))
  },
  slew: (signal, seed) => slewing(signal, seed),
  step: ({ levels, everyS }, seed) => {
    return (timeS) => levels[pick(levels.length, seed, slotAt(timeS, everyS, seed))] ?? 0
  },
}

function curveOf(signal: AnalogueSignal, seed: Seed): Curve {
  switch (signal.kind) {
    case 'sine':
      return analogueCurves.sine(signal, seed)
    case 'noise':
      return analogueCurves.noise(signal, seed)
    case 'randomWalk':
      return analogueCurves.randomWalk(signal, seed)
    case 'drift':
      return analogueCurves.drift(signal, seed)
    case 'slew':
      return analogueCurves.slew(signal, seed)
    case 'step':
      return analogueCurves.step(signal, seed)
  }
}

/**
 * An axis: from where it tracked last to the next target at full speed, then with it. One round
 * is as long as the longest way takes, and the dwelling, so it always arrives.
 */
function slewing({ low, high, speed, trackSpeed, dwellS }: Signals['slew'], seed: Seed): Curve {
  const roundS = dwellS + (high - low) / speed
  const clamp = (value: number): number => Math.min(high, Math.max(low, value))
  const goal = (round: number, sinceS: number): number => {
    const direction = draw(seed, 2 * round + 1) % 2 === 0 ? 1 : -1
    return clamp(low + uniform(seed, 2 * round) * (high - low) + direction * trackSpeed * sinceS)
  }
  const offset = uniform(seed, 3) * roundS
  return (timeS) => {
    const round = Math.floor((timeS + offset) / roundS)
    const sinceS = timeS + offset - round * roundS
    const to = goal(round, sinceS)
    const from = goal(round - 1, roundS)
    const reach = speed * sinceS
    return Math.abs(to - from) <= reach ? to : from + Math.sign(to - from) * reach
  }
}

interface Octave {
  readonly periodS: number
  readonly amplitude: number
}

/**
 * A random walk as a sum of ever slower and wider wanderings: a Brownian curve strays by
 * step * sqrt(time), so a period four times as long is twice as wide. It ends at the range's width.
 */
function octavesOf(step: number, span: number): readonly Octave[] {
  const octaves: Octave[] = []
  for (let periodS = 1; octaves.length < 16; periodS *= 4) {
    const amplitude = step * Math.sqrt(periodS)
    octaves.push({ periodS, amplitude: Math.min(amplitude, span / 4) })
    if (amplitude >= span / 4) break
  }
  return octaves
}

function wander(octaves: readonly Octave[], seed: Seed, timeS: number): number {
  let sum = 0
  for (let i = 0; i < octaves.length; i++) {
    const { periodS, amplitude } = octaves[i] ?? { periodS: 1, amplitude: 0 }
    const x = timeS / periodS
    const n = Math.floor(x)
    const a = uniform(seed + i, n)
    const b = uniform(seed + i, n + 1)
    const f = x - n
    // 1.73: a uniform draw of [-1.73, 1.73] has deviation 1. The cubic has no corners.
    sum += amplitude * 1.73 * (2 * (a + (b - a) * f * f * (3 - 2 * f)) - 1)
  }
  return sum
}

/** Reflects at both ends. */
function fold(value: number, low: number, high: number): number {
  const span = high - low
  if (span <= 0) return low
  const x = modulo(value - low, 2 * span)
  return low + (x > span ? 2 * span - x : x)
}

/** The remainder that is never negative. (Adding n always would round it where n is 2^53.) */
export function modulo(a: number, n: number): number {
  const rest = a % n
  return rest < 0 ? rest + n : rest
}

/** An index at random that differs from slot to slot: even slots take even ones, odd odd ones. */
function pick(length: number, seed: Seed, slot: number): number {
  if (length < 2) return 0
  const odd = modulo(slot, 2)
  const choices = Math.floor((length - odd + 1) / 2)
  return 2 * (draw(seed, slot) % choices) + odd
}
