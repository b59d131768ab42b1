import { ExpressionFault, parseExpression } from '@mla/expression'
import { compileNode } from '../expression/compile.ts'
import { type Compilation, type Context, type Term, termTypeOf } from '../expression/terms.ts'
import { commonMode, type IasType, isNumeric } from '../iasio.ts'
import { splitInstance } from '../identifier.ts'
import type { Names } from '../property-reader.ts'
import { wantInputs } from '../setup-checks.ts'
import {
  type Evaluator,
  never,
  type Setup,
  type State,
  type TransferFunction,
} from '../transfer-function.ts'

const source: Names = ['expression']
const aliasPrefix = 'input.'

/**
 * An input is named in braces, `{Tel01/Wind/Speed}`, or bare where its id is a plain name, or by a
 * name that the property `input.<name>` gives it. The instance of a template is left out.
 */
export const expression: TransferFunction = {
  summary: 'What an expression over its inputs says',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1, Number.POSITIVE_INFINITY)
    const { properties, output } = setup
    const priority = properties.priority(['priority'])
    const aliases = properties.startingWith(aliasPrefix)
    const context: Context = { inputs: [], now: 0, due: never }
    const needs = { validity: false, everyValue: false, missing: false }
    const compilation: Compilation = {
      ...{ context, memories: [], needs },
      input: (name, at) => inputNamed(name, at, setup, aliases),
    }
    const term = compileSource(properties.required(source), compilation, setup)
    const { memories } = compilation
    const put = writerFor(output.type)
    const evaluator: Evaluator = {
      watchesValidity: needs.validity,
      everyValue: needs.everyValue,
      acceptsMissing: needs.missing,
      evaluate(inputs, output, now) {
        context.inputs = inputs
        context.now = now
        context.due = never
        const value = term?.evaluate() ?? null
        output.due = context.due
        output.mode = commonMode(inputs)
        // What asks for the reliability of its inputs answers for it.
        output.reliableFrom = needs.validity ? [] : null
        if (value === null) return output.hold('a value that is needed is not known')
        if (output.type === 'ALARM') output.set(value === true, priority)
        else output.put(put(value))
      },
    }
    if (memories.length === 0) return evaluator
    return {
      ...evaluator,
      save: () => ({ memories: memories.map((memory) => memory.save()) }),
      load(state) {
        const saved = state['memories']
        if (!Array.isArray(saved) || saved.length !== memories.length) return
        for (const [i, memory] of memories.entries()) memory.load(stateFrom(saved[i]))
      },
    }
  },
}

const stateFrom = (value: unknown): State =>
  typeof value === 'object' && value !== null ? (value as State) : {}

function compileSource(text: string, compilation: Compilation, setup: Setup): Term | null {
  const { properties, output } = setup
  if (text.trim() === '') return null
  try {
    const term = compileNode(parseExpression(text), compilation)
    const type = output.type === 'ALARM' ? 'boolean' : termTypeOf(output.type)
    if (type === term.type && output.type !== 'TIMESTAMP') return term
    const message = `the expression is a ${term.type}, its output "${output.id}" is ${output.type}`
    properties.problem(message, 'change the expression or the type of the output', source)
    return term
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    properties.problem(
      `at character ${error.at}: ${error.message}`,
      'correct the expression',
      source,
    )
    return null
  }
}

function inputNamed(
  name: string,
  at: number,
  { inputs }: Setup,
  aliases: ReadonlyMap<string, string>,
): ReturnType<Compilation['input']> {
  const id = aliases.get(name) ?? name
  let index = inputs.findIndex((input) => input.id === id)
  if (index < 0) index = inputs.findIndex((input) => splitInstance(input.id).base === id)
  const input = inputs[index]
  if (!input) {
    const known = inputs.map((one) => one.id).slice(0, 12)
    throw new ExpressionFault(`"${name}" is none of its inputs (${known.join(', ')})`, at)
  }
  const type = termTypeOf(input.type)
  if (type === null)
    throw new ExpressionFault(`"${name}" is ${input.type}, which has no place here`, at)
  return { index, type }
}

const isWhole = (type: IasType): boolean => isNumeric(type) && type !== 'DOUBLE' && type !== 'FLOAT'

/** A whole-number output gets the nearest whole number. */
const writerFor = (type: IasType) => (value: number | boolean | string) =>
  typeof value === 'number' && isWhole(type) ? Math.round(value) : value
