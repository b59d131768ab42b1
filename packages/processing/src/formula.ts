import { ExpressionFault, parseExpression } from '@mla/expression'
import type { Micros, PointId } from '@mla/model'
import { statusOf } from './comparison.ts'
import { compile } from './compile.ts'
import type { InputDescription } from './derived.ts'
import {
  listOf,
  loadNumber,
  loadObservation,
  type Observation,
  type Plain,
  recordOf,
  saveObservation,
  savePlain,
  uncertainSubNormal,
} from './observation.ts'
import type { Emit, Operator } from './operator.ts'
import { inUnit, type Term, term } from './terms.ts'
import { unitOf } from './units.ts'

export interface FormulaRules {
  readonly kind: 'expression'
  readonly source: string
  /** The point that each name of the expression stands for. */
  readonly names: ReadonlyMap<string, PointId>
  /** Works it out at multiples of this, UTC; null whenever an input has a new value. */
  readonly every: Micros | null
  /** An input's value is not known any more after so long; null for as long as no other comes. */
  readonly maxHold: Micros | null
}

export interface FormulaOutput {
  readonly type: 'number' | 'boolean' | 'text'
  readonly unit: string | null
}

/**
 * An expression over the values in force of its inputs. Everything of one moment is taken before it
 * is worked out, so that no answer is made of a new value and an outdated one. Its status is the
 * worst of its inputs'; what is not known is null, with the status of the input that is to blame.
 * Throws ExpressionFault where the expression means nothing.
 */
export function createFormula(
  rules: FormulaRules,
  inputs: readonly InputDescription[],
  output: FormulaOutput,
): Operator {
  const { every, maxHold, names } = rules
  const latest: (Observation | undefined)[] = inputs.map(() => undefined)
  let now: Micros = 0
  let nextStep = Number.POSITIVE_INFINITY
  const inForce = (index: number): Observation | undefined => {
    const one = latest[index]
    return one !== undefined && maxHold !== null && now - one.time > maxHold ? undefined : one
  }
  const evaluate = compileFormula(rules.source, inputs, names, output, inForce)

  function tell(time: Micros, emit: Emit): void {
    now = time
    const used = inputs.map((_, index) => inForce(index))
    const value = evaluate()
    const status = statusOf(value, used)
    const isGuess = value !== null && status === 0 && used.some(isUnknown)
    emit(time, value, isGuess ? uncertainSubNormal : status)
  }
  /** The steps before `time`, with the values as they were. */
  function tellSteps(time: Micros, emit: Emit): void {
    if (every === null) return
    for (let n = 0; nextStep < time; nextStep += every) {
      if (++n > mostAtOnce) nextStep = Math.max(nextStep, Math.ceil(time / every - 1) * every)
      tell(nextStep, emit)
    }
  }

  return {
    take(input, observation, emit) {
      if (every !== null && nextStep === Number.POSITIVE_INFINITY) {
        nextStep = Math.ceil(observation.time / every) * every
      }
      tellSteps(observation.time, emit)
      latest[input] = observation
    },
    settle(time, emit) {
      if (every === null) tell(time, emit)
    },
    advance: tellSteps,
    earliest: () => nextStep,
    save: () => ({
      latest: latest.map((one) => (one ? saveObservation(one) : null)),
      nextStep: savePlain(nextStep),
    }),
    load(saved) {
      const state = recordOf(saved)
      listOf(state['latest']).forEach((one, i) => {
        if (one !== null) latest[i] = loadObservation(one)
      })
      nextStep = loadNumber(state['nextStep'])
    },
  }
}

/** Steps that a jump of the clock may ask for; the others are passed over. */
const mostAtOnce = 10_000

const isUnknown = (one: Observation | undefined): boolean =>
  one === undefined || one.value === null || one.status >>> 31 === 1

/** Checks an expression and makes a function of it; throws ExpressionFault. */
export function compileFormula(
  source: string,
  inputs: readonly InputDescription[],
  names: ReadonlyMap<string, PointId>,
  output: FormulaOutput,
  inForce: (index: number) => Observation | undefined,
): () => Plain {
  const find = (name: string, at: number): Term => {
    const point = names.get(name)
    const index = inputs.findIndex(({ id }) => id === point)
    const input = inputs[index]
    if (!input) throw new ExpressionFault(`"${name}" is no point that is known`, at)
    const { type, unit } = input
    const read = () => plainIn(inForce(index), type)
    return term(type, at, read, unitOf(unit))
  }
  const root = compile(parseExpression(source), find)
  if (root.type !== output.type) {
    throw new ExpressionFault(`it gives a ${root.type}, the point wants a ${output.type}`, root.at)
  }
  if (root.type !== 'number') return root.evaluate
  return inUnit(root, output.unit === null ? root.unit : unitOf(output.unit))
}

function plainIn(one: Observation | undefined, type: InputDescription['type']): Plain {
  if (one === undefined || isUnknown(one)) return null
  const { value } = one
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : null
  return typeof value === (type === 'text' ? 'string' : 'boolean') ? value : null
}
