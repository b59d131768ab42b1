/**
 * The units that telescopes use, as UCUM writes them (The Unified Code for Units of Measure 2.1,
 * case sensitive), with the spelling of those that people often write otherwise.
 */
const metric = [
  'm',
  's',
  'g',
  'A',
  'K',
  'mol',
  'cd',
  'rad',
  'sr',
  'Hz',
  'N',
  'Pa',
  'J',
  'W',
  'V',
  'F',
  'Ohm',
  'S',
  'Wb',
  'T',
  'H',
  'lm',
  'lx',
  'Bq',
  'Cel',
  'bar',
  'L',
  'l',
  'eV',
  'u',
  'pc',
  'B',
  'bit',
  'By',
  'VA',
  'var',
  'Jy',
  'arcsec',
]
const plain = [
  '%',
  'deg',
  "'",
  "''",
  'min',
  'h',
  'd',
  'a',
  'mo',
  'wk',
  '[ppm]',
  '[ppb]',
  '[ppth]',
  'AU',
  'arcmin',
  'atm',
  '[degF]',
  'Bd',
]
const prefixes = [
  '',
  'Y',
  'Z',
  'E',
  'P',
  'T',
  'G',
  'M',
  'k',
  'h',
  'da',
  'd',
  'c',
  'm',
  'u',
  'n',
  'p',
  'f',
  'Ki',
  'Mi',
  'Gi',
  'Ti',
]

const atoms: ReadonlySet<string> = new Set([
  ...plain,
  ...metric.flatMap((unit) => prefixes.map((prefix) => prefix + unit)),
])

const spellings: Readonly<Record<string, string>> = {
  C: 'Cel',
  degC: 'Cel',
  '°C': 'Cel',
  celsius: 'Cel',
  Celsius: 'Cel',
  '°': 'deg',
  degree: 'deg',
  degrees: 'deg',
  sec: 's',
  second: 's',
  seconds: 's',
  hour: 'h',
  hours: 'h',
  minute: 'min',
  minutes: 'min',
  day: 'd',
  days: 'd',
  percent: '%',
  Ω: 'Ohm',
  ohm: 'Ohm',
  volt: 'V',
  volts: 'V',
  ampere: 'A',
  amp: 'A',
  amps: 'A',
  watt: 'W',
  watts: 'W',
  µm: 'um',
  μm: 'um',
  µs: 'us',
  μs: 'us',
  byte: 'By',
  bytes: 'By',
  mbar: 'mbar',
  hertz: 'Hz',
  RPM: '1/min',
  rpm: '1/min',
  lpm: 'L/min',
  count: '{count}',
  counts: '{count}',
  cts: '{count}',
  ppm: '[ppm]',
  meter: 'm',
  metre: 'm',
}

/** Null for a unit as UCUM writes it, else what to do about it. */
export function problemOfUnit(unit: string): string | null {
  const spelling = Object.hasOwn(spellings, unit) ? spellings[unit] : undefined
  if (spelling !== undefined && spelling !== unit) return `write "${spelling}"`
  const terms = unit.replace(/[()]/g, '').split(/[./]/)
  if (terms.every((term, i) => isTerm(term, i === 0))) return null
  const bad = terms.find((term, i) => !isTerm(term, i === 0)) ?? unit
  const known = Object.hasOwn(spellings, bad) ? spellings[bad] : undefined
  return known === undefined
    ? 'write it as UCUM does (deg, Cel, m/s, kW.h, 1/min, %, {count}); anything goes in braces'
    : `write "${known}" for "${bad}"`
}

/** An atom with prefix and exponent, a factor (1, 10*6), or an annotation in braces. */
function isTerm(term: string, first: boolean): boolean {
  if (term === '') return first
  const bare = term.replace(/\{[^{}]*\}$/, '')
  if (bare === '' || /^(10\*-?\d+|\d+)$/.test(bare)) return true
  return atoms.has(bare) || atoms.has(bare.replace(/[+-]?\d$/, ''))
}
