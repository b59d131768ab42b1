import { ExpressionFault } from '@mla/expression'
import { commonUnit, inUnit, type Term, term, wanted } from './terms.ts'
import { plainUnit, raised, type Unit, unitOf } from './units.ts'

type Called = (args: readonly Term[], at: number) => Term

/** A function of numbers: all in one unit, the answer in `unit` of it. */
const numeric =
  (
    count: number,
    calculate: (...values: number[]) => number,
    wants: Unit | null = null,
    gives: (unit: Unit) => Unit = (unit) => unit,
  ): Called =>
  (args, at) => {
    takes(args, at, count)
    const unit = wants ?? commonUnit(args)
    const numbers = args.map((arg) => inUnit(arg, unit))
    const evaluate = () => {
      const values = numbers.map((one) => one())
      const known = values.filter((value) => value !== null)
      if (known.length < values.length) return null
      const result = calculate(...known)
      return Number.isFinite(result) ? result : null
    }
    return term('number', at, evaluate, gives(unit))
  }

/** A negative count is "so many or more". */
function takes(args: readonly Term[], at: number, count: number): void {
  if (count < 0 ? args.length >= -count : args.length === count) return
  const many = count < 0 ? `at least ${-count}` : String(count)
  throw new ExpressionFault(`it takes ${many} arguments, not ${args.length}`, at)
}

const radians = unitOf('rad')
const noUnit = () => plainUnit
const angle = () => radians

export const functions: Readonly<Record<string, Called>> = {
  abs: numeric(1, Math.abs),
  sqrt: numeric(1, Math.sqrt, null, (unit) => raised(unit, 0.5)),
  exp: numeric(1, Math.exp, plainUnit),
  log: numeric(1, Math.log, plainUnit),
  sin: numeric(1, Math.sin, radians, noUnit),
  cos: numeric(1, Math.cos, radians, noUnit),
  tan: numeric(1, Math.tan, radians, noUnit),
  atan2: numeric(2, Math.atan2, null, angle),
  hypot: numeric(-1, Math.hypot),
  floor: numeric(1, Math.floor),
  ceil: numeric(1, Math.ceil),
  round: numeric(1, Math.round),
  sign: numeric(1, Math.sign, null, noUnit),
  min: numeric(-1, Math.min),
  max: numeric(-1, Math.max),
  mean: numeric(-1, (...all) => all.reduce((sum, one) => sum + one, 0) / all.length),

  if(args, at) {
    takes(args, at, 3)
    const [condition, yes, no] = args
    if (!condition || !yes || !no) throw new ExpressionFault('it takes 3 arguments', at)
    const is = wanted(condition, 'boolean')
    const other = wanted(no, yes.type)
    const unit = commonUnit([yes, no])
    const [a, b] =
      yes.type === 'number'
        ? [inUnit(yes, unit), inUnit(other, unit)]
        : [yes.evaluate, other.evaluate]
    const evaluate = () => {
      const which = is.evaluate()
      return which === null ? null : which === true ? a() : b()
    }
    return term(yes.type, at, evaluate, unit)
  },
  /** How many of these conditions hold. */
  count(args, at) {
    takes(args, at, -1)
    const terms = args.map((arg) => wanted(arg, 'boolean'))
    return term('number', at, () => {
      const values = terms.map((one) => one.evaluate())
      return values.includes(null) ? null : values.filter((value) => value === true).length
    })
  },
  /** The first, or the second while the first is not known. */
  otherwise(args, at) {
    takes(args, at, 2)
    const [first, second] = args
    if (!first || !second) throw new ExpressionFault('it takes 2 arguments', at)
    const other = wanted(second, first.type)
    const unit = commonUnit([first, second])
    const [a, b] =
      first.type === 'number'
        ? [inUnit(first, unit), inUnit(other, unit)]
        : [first.evaluate, other.evaluate]
    return term(first.type, at, () => a() ?? b(), unit)
  },
}
