import { type IasType, isNumeric } from './iasio.ts'
import type { Setup } from './transfer-function.ts'

/** What a function may want of its inputs and its output, told in words where it is not so. */
export function wantInputs(setup: Setup, least: number, most: number = least): void {
  const { length } = setup.inputs
  if (length >= least && length <= most) return
  const wanted =
    least === most
      ? `${least} input${least === 1 ? '' : 's'}`
      : most === Number.POSITIVE_INFINITY
        ? `at least ${least} inputs`
        : `${least} to ${most} inputs`
  setup.properties.problem(`it has ${length} inputs and takes ${wanted}`, `give it ${wanted}`)
}

export function wantInputType(setup: Setup, ...types: readonly IasType[]): void {
  for (const { id, type } of setup.inputs) {
    if (types.includes(type)) continue
    const wanted = types.join(' or ')
    setup.properties.problem(
      `its input "${id}" is ${type} and it takes ${wanted}`,
      `name an IASIO of type ${wanted}, or another transfer function`,
    )
  }
}

export function wantNumbers(setup: Setup, inputs = setup.inputs): void {
  for (const { id, type } of inputs) {
    if (isNumeric(type)) continue
    setup.properties.problem(
      `its input "${id}" is ${type} and it takes numbers`,
      'name an IASIO of type LONG, INT, SHORT, BYTE, DOUBLE or FLOAT',
    )
  }
}

export function wantOutput(setup: Setup, ...types: readonly IasType[]): void {
  const { id, type } = setup.output
  if (types.includes(type)) return
  const wanted = types.join(' or ')
  setup.properties.problem(
    `its output "${id}" is ${type} and it makes ${wanted}`,
    `make "${id}" an IASIO of type ${wanted}`,
  )
}

export const numericTypes = ['DOUBLE', 'FLOAT', 'LONG', 'INT', 'SHORT', 'BYTE'] as const
