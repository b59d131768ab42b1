import { createDelay } from '../delay.ts'
import { noProperties, numberOf } from '../iasio.ts'
import { splitInstance } from '../identifier.ts'
import { isBeyond, readLimits } from '../limits.ts'
import type { Names } from '../property-reader.ts'
import { wantInputs, wantNumbers, wantOutput } from '../setup-checks.ts'
import {
  type Input,
  isReliable,
  nextExpiry,
  type Setup,
  type TransferFunction,
} from '../transfer-function.ts'
import { doubleText } from '../value-text.ts'

const isUsable = (input: Input, now: number): boolean =>
  input.mode === 'OPERATIONAL' && isReliable(input, now)

/** The index of an input by its id, or by its id without a template's instance. */
function indexOf(setup: Setup, id: string): number {
  const { inputs } = setup
  const exact = inputs.findIndex((input) => input.id === id)
  return exact >= 0 ? exact : inputs.findIndex((input) => splitInstance(input.id).base === id)
}

function wantOneType(setup: Setup): void {
  const [first] = setup.inputs
  if (!first) return
  const other = setup.inputs.find(({ type }) => type !== first.type)
  if (other) {
    const cure = 'give it inputs of one type'
    setup.properties.problem(`"${first.id}" is ${first.type}, "${other.id}" is ${other.type}`, cure)
  }
  wantOutput(setup, first.type)
}

const prioritizedIds: Names = ['org.eso.ias.tf.selector.prioritizedids', 'prioritizedIds']

export const backupSelector: TransferFunction = {
  summary: 'The first of a list of inputs that is operational and reliable',
  iasClasses: ['org.eso.ias.tranfer.BackupSelector', 'org.eso.ias.transfer.BackupSelector'],
  create(setup) {
    wantInputs(setup, 2, Number.POSITIVE_INFINITY)
    wantOneType(setup)
    const { properties } = setup
    const ids = properties
      .required(prioritizedIds)
      .split(',')
      .map((id) => id.trim())
    const order = ids.map((id) => indexOf(setup, id))
    ids.forEach((id, i) => {
      if (order[i] === -1) {
        properties.problem(`"${id}" is none of its inputs`, 'list each input once', prioritizedIds)
      }
    })
    for (const [i, { id }] of setup.inputs.entries()) {
      const times = order.filter((index) => index === i).length
      if (times === 1) continue
      const message = `the input "${id}" is ${times === 0 ? 'not listed' : 'listed more than once'}`
      properties.problem(message, 'list each input once', prioritizedIds)
    }
    return {
      watchesValidity: true,
      evaluate(inputs, output, now) {
        const usable = order.find((i) => inputs[i] && isUsable(inputs[i], now))
        const chosen = inputs[usable ?? order[0] ?? 0]
        if (!chosen || chosen.value === null) return
        output.put(chosen.value)
        output.mode = chosen.mode
        output.properties = { ...chosen.properties, selectedInput: chosen.id }
        output.reliableFrom = usable === undefined ? null : [usable]
        output.due = nextExpiry(inputs, now)
      },
    }
  },
}

export const relocationSelector: TransferFunction = {
  summary: 'The input that is reliable, of a device that may be in one place or another',
  iasClasses: ['org.eso.ias.tranfer.RelocationSelector', 'org.eso.ias.transfer.RelocationSelector'],
  create(setup) {
    wantInputs(setup, 2, Number.POSITIVE_INFINITY)
    wantOneType(setup)
    return {
      watchesValidity: true,
      evaluate(inputs, output, now) {
        const reliable = inputs.findIndex((input) => isReliable(input, now))
        output.due = nextExpiry(inputs, now)
        // With none of them reliable it stays as it was.
        const chosen = reliable >= 0 ? inputs[reliable] : output.value === null ? inputs[0] : null
        output.reliableFrom = reliable >= 0 ? [reliable] : null
        if (!chosen || chosen.value === null) return
        output.put(chosen.value)
        output.mode = chosen.mode
        output.properties = { ...chosen.properties, selectedByRelocationInput: chosen.id }
      },
    }
  },
}

const prefix = 'org.eso.ias.thresholdbackup'
const mainInput: Names = [`${prefix}.selector.mainInputId`, 'mainInputId']

export const thresholdWithBackupsAndDelay: TransferFunction = {
  summary: 'Limits on a number, or on its backups while it cannot be used, with delays',
  iasClasses: [
    'org.eso.ias.tranfer.ThresholdWithBackupsAndDelay',
    'org.eso.ias.transfer.ThresholdWithBackupsAndDelay',
  ],
  create(setup) {
    wantInputs(setup, 1, Number.POSITIVE_INFINITY)
    wantNumbers(setup)
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const limits = readLimits(properties, [`${prefix}.minmaxthreshold`])
    const priority = properties.priority([`${prefix}.alarm.priority`, 'priority'])
    const delay = createDelay(
      properties.time([`${prefix}.delaiedthreshold.settime`, 'setTime'], { fallback: 0 }),
      properties.time([`${prefix}.delaiedthreshold.cleartime`, 'clearTime'], { fallback: 0 }),
    )
    const mainId = properties.required(mainInput).trim()
    const main = indexOf(setup, mainId)
    if (main < 0 && mainId !== '') {
      properties.problem(`"${mainId}" is none of its inputs`, 'name one of them', mainInput)
    }
    const all = setup.inputs.map((_, i) => i)
    return {
      watchesValidity: true,
      readingName: 'value',
      evaluate(inputs, output, now) {
        const first = inputs[main]
        if (!first) return
        const usable = all.filter((i) => inputs[i] && isUsable(inputs[i], now))
        const chosen = usable.includes(main) || usable.length === 0 ? [main] : usable
        const values = chosen.map((i) => numberOf(inputs[i]?.value ?? null))
        output.due = nextExpiry(inputs, now)
        output.reliableFrom = usable.length === 0 ? null : chosen
        output.mode = usable.length === 0 ? first.mode : 'OPERATIONAL'
        if (values.some(Number.isNaN)) return output.hold('an input is not a number')
        const beyond = values.some((value) => isBeyond(limits, value, output.isSet))
        output.set(delay.next(beyond, output.isSet, now), priority)
        output.due = Math.min(output.due, delay.due)
        const isOfMain = usable.includes(main)
        output.reading = isOfMain ? (values[0] ?? Number.NaN) : Number.NaN
        output.properties = isOfMain ? noProperties : { backups: valuesOf(inputs, usable) }
      },
      save: () => delay.save(),
      load: (state) => delay.load(state),
    }
  },
}

const valuesOf = (inputs: readonly Input[], which: readonly number[]): string =>
  which.map((i) => doubleText(numberOf(inputs[i]?.value ?? null))).join(',')
