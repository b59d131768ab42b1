/**
 * Units as UCUM writes them, as far as expressions need them: a factor to base units and the
 * exponents of those. A unit that is not in the table is a base unit of its own; so is Cel, whose
 * zero is elsewhere, and so are annotations in braces, which count nothing.
 */
export interface Unit {
  readonly factor: number
  readonly exponents: Readonly<Record<string, number>>
}

export const plainUnit: Unit = { factor: 1, exponents: {} }

const prefixes: Readonly<Record<string, number>> = {
  ...{ Y: 1e24, Z: 1e21, E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 1e2, da: 10 },
  ...{ d: 0.1, c: 0.01, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18 },
}
const turn = 2 * Math.PI
/** Each by those before it: what it is, times how many. */
const atoms: Readonly<Record<string, readonly [factor: number, of: string]>> = {
  ...{ m: [1, 'm'], s: [1, 's'], g: [1, 'g'], A: [1, 'A'], K: [1, 'K'], mol: [1, 'mol'] },
  ...{ cd: [1, 'cd'], rad: [1, 'rad'], bit: [1, 'bit'], Cel: [1, 'Cel'] },
  ...{ Hz: [1, '1/s'], N: [1e3, 'g.m/s2'], Pa: [1, 'N/m2'], J: [1, 'N.m'], W: [1, 'J/s'] },
  ...{ V: [1, 'W/A'], F: [1, 'A.s/V'], Ohm: [1, 'V/A'], S: [1, 'A/V'], Wb: [1, 'V.s'] },
  ...{ T: [1, 'Wb/m2'], H: [1, 'Wb/A'], VA: [1, 'W'], var: [1, 'W'], bar: [1e5, 'Pa'] },
  ...{ L: [1e-3, 'm3'], l: [1e-3, 'm3'], By: [8, 'bit'], Bq: [1, '1/s'] },
  ...{ '%': [0.01, '1'], min: [60, 's'], h: [3600, 's'], d: [86_400, 's'] },
  ...{ deg: [turn / 360, 'rad'], "'": [turn / 21_600, 'rad'], "''": [turn / 1_296_000, 'rad'] },
  ...{ arcmin: [turn / 21_600, 'rad'], arcsec: [turn / 1_296_000, 'rad'] },
  '[ppm]': [1e-6, '1'],
  '[ppb]': [1e-9, '1'],
}
/** Those that take no prefix: `min` is no milli-inch, `h` no hecto. */
const bare = new Set(['%', 'min', 'h', 'd', 'deg', "'", "''", '[ppm]', '[ppb]'])

/** The unit of a text; null, which is a plain number's, for none. */
export function unitOf(text: string | null): Unit {
  if (text === null || text === '') return plainUnit
  let unit = plainUnit
  let sign = 1
  for (const part of text.replace(/[()]/g, '').split(/([./])/)) {
    if (part === '.') sign = 1
    else if (part === '/') sign = -1
    else if (part !== '') unit = times(unit, termOf(part), sign)
  }
  return unit
}

function termOf(text: string): Unit {
  const term = text.replace(/\{[^{}]*\}$/, '')
  if (term === '') return plainUnit
  const power = /^10\*(-?\d+)$/.exec(term)
  if (power) return { factor: 10 ** Number(power[1]), exponents: {} }
  if (/^\d+$/.test(term)) return { factor: Number(term), exponents: {} }
  const exponent = /[+-]?\d+$/.exec(term)?.[0] ?? ''
  const atom = atomOf(term.slice(0, term.length - exponent.length))
  return exponent === '' ? atom : raised(atom, Number(exponent))
}

function atomOf(name: string): Unit {
  const known = atoms[name]
  if (known) return known[1] === name ? base(name) : scaled(unitOf(known[1]), known[0])
  for (const length of [1, 2]) {
    const [prefix, rest] = [prefixes[name.slice(0, length)], name.slice(length)]
    if (prefix !== undefined && atoms[rest] && !bare.has(rest)) return scaled(atomOf(rest), prefix)
  }
  return base(name)
}

const base = (name: string): Unit => ({ factor: 1, exponents: { [name]: 1 } })
const scaled = ({ factor, exponents }: Unit, by: number): Unit => ({
  factor: factor * by,
  exponents,
})

/** a times b to the power of `sign`. */
export function times(a: Unit, b: Unit, sign = 1): Unit {
  const exponents: Record<string, number> = { ...a.exponents }
  for (const [name, exponent] of Object.entries(b.exponents)) {
    const sum = (exponents[name] ?? 0) + sign * exponent
    if (sum === 0) delete exponents[name]
    else exponents[name] = sum
  }
  return { factor: a.factor * b.factor ** sign, exponents }
}

export function raised({ factor, exponents }: Unit, power: number): Unit {
  const raisedTo = Object.entries(exponents).map(([name, one]) => [name, one * power] as const)
  return {
    factor: factor ** power,
    exponents: Object.fromEntries(raisedTo.filter(([, n]) => n !== 0)),
  }
}

/** What a number in `from` is multiplied with to be one in `to`; null where they do not measure the same. */
export function conversion(from: Unit, to: Unit): number | null {
  const names = new Set([...Object.keys(from.exponents), ...Object.keys(to.exponents)])
  for (const name of names) {
    if ((from.exponents[name] ?? 0) !== (to.exponents[name] ?? 0)) return null
  }
  const ratio = from.factor / to.factor
  // What is 1 but for rounding must not change a value's last digit.
  return Math.abs(ratio - 1) < 1e-12 ? 1 : ratio
}

/** As a reader knows it, in base units. */
export const describeUnit = ({ exponents }: Unit): string =>
  Object.entries(exponents)
    .map(([name, exponent]) => (exponent === 1 ? name : `${name}${exponent}`))
    .join('.') || 'no unit'
