import { commonMode, isActive, noProperties } from '../iasio.ts'
import { wantInputs, wantInputType, wantOutput } from '../setup-checks.ts'
import type { TransferFunction } from '../transfer-function.ts'
import { propertiesOfSet } from './multiplicity.ts'

type Kind = 'and' | 'or'

const combine = (kind: Kind, set: number, all: number): boolean =>
  kind === 'and' ? set === all : set > 0

/** All, or any, of its alarms are set. */
const ofAlarms = (kind: Kind, name: string): TransferFunction => ({
  summary: `Set while ${kind === 'and' ? 'all' : 'any'} of its alarms are set`,
  iasClasses: [`org.eso.ias.transfer.${name}`, `org.eso.ias.tranfer.${name}`],
  create(setup) {
    wantInputs(setup, 2, Number.POSITIVE_INFINITY)
    wantInputType(setup, 'ALARM')
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const invert = properties.boolean([`org.eso.ias.tf.${kind}alarm.invert`, 'invert'])
    const priority = properties.priority([
      'org.eso.ias.transfer.alarm.priority',
      'org.eso.ias.tf.alarm.priority',
      'priority',
    ])
    return {
      evaluate(inputs, output) {
        const set = inputs.filter(({ value }) => isActive(value))
        const condition = combine(kind, set.length, inputs.length) !== invert
        output.set(condition, priority)
        output.mode = commonMode(condition && set.length > 0 ? set : inputs)
        output.properties = condition ? propertiesOfSet(set) : noProperties
      },
    }
  },
})

/** All, or any, of its inputs are true. */
const ofBooleans = (kind: Kind, name: string): TransferFunction => ({
  summary: `True while ${kind === 'and' ? 'all' : 'any'} of its inputs are true`,
  iasClasses: [`org.eso.ias.transfer.${name}`, `org.eso.ias.tranfer.${name}`],
  create(setup) {
    wantInputs(setup, 2, Number.POSITIVE_INFINITY)
    wantInputType(setup, 'BOOLEAN')
    wantOutput(setup, 'BOOLEAN')
    const invert = setup.properties.boolean([`org.eso.ias.tf.${kind}bool.invert`, 'invert'])
    return {
      evaluate(inputs, output) {
        const set = inputs.filter(({ value }) => isActive(value)).length
        output.put(combine(kind, set, inputs.length) !== invert)
        output.mode = commonMode(inputs)
      },
    }
  },
})

export const andAlarm = ofAlarms('and', 'AndAlarm')
export const orAlarm = ofAlarms('or', 'OrAlarm')
export const andBool = ofBooleans('and', 'AndBool')
export const orBool = ofBooleans('or', 'OrBool')
