import { parseDuration, type Quality } from '@mla/model'
import type { FilterRules } from '@mla/processing'
import type { Point } from './cdb.ts'
import type { Path } from './problems.ts'
import type { FilterFields } from './processing-shape.ts'

const defaultSilence = '1m'

/** What a point's filter means; what it cannot be is told. */
export function filterOf(
  fields: FilterFields,
  { range, isNumber }: { readonly range: Point['range']; readonly isNumber: boolean },
  problem: (path: Path, message: string, cure: string) => void,
): FilterRules {
  const { unchanged, maxSilence, drop, keep, inside, outside } = fields
  if (unchanged === undefined && maxSilence !== undefined) {
    problem(['maxSilence'], 'nothing is held back that could be silent', 'add unchanged: exact')
  }
  if (keep !== undefined && drop === undefined) {
    problem(['keep'], 'nothing is dropped that could be kept', 'add drop: [BAD]')
  }
  if (inside !== undefined && outside !== undefined) {
    problem(['outside'], 'values are sent from inside or from outside', 'remove one of the two')
  }
  const window = inside ?? outside
  if (window !== undefined && window[0] >= window[1]) {
    problem(
      [inside ? 'inside' : 'outside'],
      'the low end is not below the high end',
      'write [low, high]',
    )
  }
  const needsNumber = window !== undefined || (unchanged !== undefined && unchanged !== 'exact')
  if (needsNumber && !isNumber) {
    problem([], 'only numbers have a dead band or a pass window', 'write unchanged: exact, or none')
  }
  if (typeof unchanged === 'string' && unchanged.endsWith('of range') && range === null) {
    problem(['unchanged'], `"${unchanged}" needs a range`, 'add range: [low, high] to the point')
  }
  return {
    unchanged:
      unchanged === undefined
        ? null
        : {
            band: bandOf(unchanged, range),
            maxSilence: parseDuration(maxSilence ?? defaultSilence),
          },
    status:
      drop === undefined ? null : { drop: drop.map(choiceOf), keep: (keep ?? []).map(choiceOf) },
    window:
      window === undefined
        ? null
        : { low: window[0], high: window[1], keep: inside ? 'inside' : 'outside' },
  }
}

type Unchanged = NonNullable<FilterRules['unchanged']>

function bandOf(
  written: NonNullable<FilterFields['unchanged']>,
  range: Point['range'],
): Unchanged['band'] {
  if (written === 'exact') return { kind: 'exact' }
  if (typeof written === 'number') return { kind: 'absolute', value: written }
  const percent = Number.parseFloat(written)
  if (written.endsWith('of value')) return { kind: 'percent', value: percent }
  const width = range === null ? 0 : range.high - range.low
  return { kind: 'absolute', value: (width * percent) / 100 }
}

/** The codes are without their info bits, as they are compared. */
const choiceOf = (text: string): Quality | number =>
  text.startsWith('0x') ? (Number(text) & 0xffff0000) >>> 0 : (text as Quality)
