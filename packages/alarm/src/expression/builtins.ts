import { ExpressionFault } from '@mla/expression'
import { microsPerSecond } from '@mla/model'
import { alarmPriorities } from '../alarm-state.ts'
import { regExpOf } from '../functions/to-alarm.ts'
import { isAlarm, isNumeric, sameIasValue } from '../iasio.ts'
import { isReliable, nextExpiry } from '../transfer-function.ts'
import { type Compilation, type Term, type TermType, wanted } from './terms.ts'

type Builtin = (args: readonly Term[], at: number, compilation: Compilation) => Term

/** How often an expression that shows a time (age, held) is worked out again, in microseconds. */
const tick = microsPerSecond

const numeric =
  (count: number, calculate: (...values: number[]) => number): Builtin =>
  (args, at) => {
    takes(args, at, count)
    const terms = args.map((arg) => wanted(arg, 'number'))
    return {
      ...{ type: 'number', at },
      evaluate() {
        const values = terms.map((term) => term.evaluate())
        const known = values.filter((value) => typeof value === 'number')
        if (known.length < values.length) return null
        const result = calculate(...known)
        return Number.isNaN(result) ? null : result
      },
    }
  }

/** A negative count is "so many or more". */
function takes(args: readonly Term[], at: number, count: number): void {
  if (count < 0 ? args.length >= -count : args.length === count) return
  const wanted = count < 0 ? `at least ${-count}` : String(count)
  throw new ExpressionFault(`it takes ${wanted} arguments, not ${args.length}`, at)
}

function onlyInput(args: readonly Term[], at: number): number {
  takes(args, at, 1)
  const index = args[0]?.input
  if (index === undefined) throw new ExpressionFault('it takes the name of an input', at)
  return index
}

/** A term about an input itself, not its value. */
const ofInput =
  (
    type: TermType,
    evaluate: (compilation: Compilation, index: number) => ReturnType<Term['evaluate']>,
    need: (compilation: Compilation) => void = () => undefined,
  ): Builtin =>
  (args, at, compilation) => {
    const index = onlyInput(args, at)
    need(compilation)
    return { type, at, evaluate: () => evaluate(compilation, index) }
  }

const againWithin = ({ context }: Compilation, micros: number): void => {
  context.due = Math.min(context.due, context.now + micros)
}

/** Since when a condition holds, if it does. */
function holding(condition: Term, compilation: Compilation): () => number | null | undefined {
  let since: number | null = null
  compilation.memories.push({
    save: () => ({ since }),
    load: (state) => {
      since = typeof state['since'] === 'number' ? state['since'] : null
    },
  })
  return () => {
    const is = condition.evaluate()
    if (is === null) return undefined
    since = is === true ? (since ?? compilation.context.now) : null
    return since
  }
}

export const builtins: Readonly<Record<string, Builtin>> = {
  abs: numeric(1, Math.abs),
  sqrt: numeric(1, Math.sqrt),
  exp: numeric(1, Math.exp),
  log: numeric(1, Math.log),
  floor: numeric(1, Math.floor),
  ceil: numeric(1, Math.ceil),
  round: numeric(1, Math.round),
  min: numeric(-1, Math.min),
  max: numeric(-1, Math.max),
  mean: numeric(-1, (...all) => all.reduce((sum, one) => sum + one, 0) / all.length),

  if(args, at) {
    takes(args, at, 3)
    const [condition, yes, no] = args
    if (!condition || !yes || !no) throw new ExpressionFault('it takes 3 arguments', at)
    const is = wanted(condition, 'boolean')
    const other = wanted(no, yes.type)
    return {
      ...{ type: yes.type, at },
      evaluate() {
        // Both, so that times in them keep running.
        const [which, a, b] = [is.evaluate(), yes.evaluate(), other.evaluate()]
        return which === null ? null : which === true ? a : b
      },
    }
  },
  count(args, at) {
    takes(args, at, -1)
    const terms = args.map((arg) => wanted(arg, 'boolean'))
    return {
      ...{ type: 'number', at },
      evaluate() {
        const values = terms.map((term) => term.evaluate())
        return values.includes(null) ? null : values.filter((value) => value === true).length
      },
    }
  },
  matches(args, at) {
    takes(args, at, 2)
    const [text, pattern] = args
    if (!text || typeof pattern?.constant !== 'string') {
      throw new ExpressionFault('the second argument is a regular expression in quotes', at)
    }
    const of = wanted(text, 'text')
    const matches = regExpOf(pattern.constant)
    if (typeof matches !== 'function') throw new ExpressionFault(matches.fault, pattern.at)
    return {
      ...{ type: 'boolean', at },
      evaluate() {
        const value = of.evaluate()
        return typeof value === 'string' ? matches(value) : null
      },
    }
  },

  reliable: ofInput(
    'boolean',
    ({ context }, index) => {
      const input = context.inputs[index]
      if (!input) return null
      context.due = Math.min(context.due, nextExpiry([input], context.now))
      return isReliable(input, context.now)
    },
    ({ needs }) => {
      needs.validity = true
    },
  ),
  present: ofInput(
    'boolean',
    ({ context }, index) => (context.inputs[index]?.value ?? null) !== null,
    ({ needs }) => {
      needs.missing = true
    },
  ),
  age: ofInput(
    'number',
    (compilation, index) => {
      const input = compilation.context.inputs[index]
      if (!input || input.value === null) return null
      againWithin(compilation, tick)
      return (compilation.context.now - input.time) / microsPerSecond
    },
    ({ needs }) => {
      needs.everyValue = true
    },
  ),
  mode: ofInput('text', ({ context }, index) => context.inputs[index]?.mode ?? null),
  acknowledged: ofInput('boolean', ({ context }, index) => {
    const value = context.inputs[index]?.value ?? null
    return isAlarm(value) ? value.isAcknowledged : null
  }),
  /** 1 for LOW to 4 for CRITICAL; 0 while the alarm is clear. */
  priority: ofInput('number', ({ context }, index) => {
    const value = context.inputs[index]?.value ?? null
    if (!isAlarm(value)) return null
    return value.isSet ? alarmPriorities.indexOf(value.priority) + 1 : 0
  }),

  /** Whether a condition has held without a break for so many seconds. */
  lasting(args, at, compilation) {
    takes(args, at, 2)
    const [condition, seconds] = args
    if (!condition || typeof seconds?.constant !== 'number') {
      throw new ExpressionFault('the second argument is a time, such as 10s', at)
    }
    const needed = seconds.constant * microsPerSecond
    const since = holding(wanted(condition, 'boolean'), compilation)
    return {
      ...{ type: 'boolean', at },
      evaluate() {
        const start = since()
        if (start === undefined) return null
        if (start === null) return false
        const { context } = compilation
        if (context.now >= start + needed) return true
        context.due = Math.min(context.due, start + needed)
        return false
      },
    }
  },
  /** For how many seconds a condition has held without a break. */
  held(args, at, compilation) {
    takes(args, at, 1)
    const [condition] = args
    if (!condition) throw new ExpressionFault('it takes a condition', at)
    const since = holding(wanted(condition, 'boolean'), compilation)
    return {
      ...{ type: 'number', at },
      evaluate() {
        const start = since()
        if (start === undefined) return null
        if (start === null) return 0
        againWithin(compilation, tick)
        return (compilation.context.now - start) / microsPerSecond
      },
    }
  },
  /** For how many seconds an input has had the value that it has. */
  unchanged(args, at, compilation) {
    const index = onlyInput(args, at)
    const { context } = compilation
    let since: number | null = null
    let known: number | boolean | string | null = null
    compilation.memories.push({
      save: () => ({
        since,
        known: typeof known === 'number' ? String(known) : known,
        isNumber: typeof known === 'number',
      }),
      load: (state) => {
        since = typeof state['since'] === 'number' ? state['since'] : null
        const value = state['known']
        const isPlain = typeof value === 'string' || typeof value === 'boolean'
        known = state['isNumber'] === true ? Number(value) : isPlain ? value : null
      },
    })
    return {
      ...{ type: 'number', at },
      evaluate() {
        const input = context.inputs[index]
        if (!input || input.value === null) return null
        const { value, type } = input
        const plain = isNumeric(type)
          ? Number(value)
          : isAlarm(value)
            ? value.text
            : typeof value === 'boolean'
              ? value
              : String(value)
        if (since === null || !sameIasValue(plain, known)) since = context.now
        known = plain
        againWithin(compilation, tick)
        return (context.now - since) / microsPerSecond
      },
    }
  },
}
