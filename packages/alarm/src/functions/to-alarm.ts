import { RE2JS } from 're2js'
import type { Names, PropertyReader } from '../property-reader.ts'
import { wantInputs, wantInputType, wantOutput } from '../setup-checks.ts'
import type { TransferFunction } from '../transfer-function.ts'

export const boolToAlarm: TransferFunction = {
  summary: 'Set while its input is true',
  iasClasses: ['org.eso.ias.tranfer.BoolToAlarm', 'org.eso.ias.transfer.BoolToAlarm'],
  create(setup) {
    wantInputs(setup, 1)
    wantInputType(setup, 'BOOLEAN')
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const invert = properties.boolean(['org.eso.ias.tf.booltoalarm.invert', 'invert'])
    const priority = properties.priority(['org.eso.ias.tf.booltoalarm.priority', 'priority'])
    return {
      evaluate([input], output) {
        if (!input) return
        output.set((input.value === true) !== invert, priority)
        output.mode = input.mode
        output.properties = input.properties
      },
    }
  },
}

export const regExpToAlarm: TransferFunction = {
  summary: 'Set while a text matches a regular expression as a whole',
  iasClasses: ['org.eso.ias.tranfer.RegExpToAlarm', 'org.eso.ias.transfer.RegExpToAlarm'],
  create(setup) {
    wantInputs(setup, 1)
    wantInputType(setup, 'STRING')
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const matches = readRegExp(properties, ['org.eso.ias.tf.regextoalarm.value', 'value'])
    const invert = properties.boolean(['org.eso.ias.tf.regextoalarm.inverted', 'inverted'])
    const priority = properties.priority(['org.eso.ias.tf.regextoalarm.priority', 'priority'])
    return {
      evaluate([input], output) {
        if (!input) return
        if (typeof input.value !== 'string') return output.hold('the input is not a text')
        output.set(matches(input.value) !== invert, priority)
        output.mode = input.mode
        output.properties = input.properties
      },
    }
  },
}

/** A regular expression from the configuration, in time linear in the text whatever it is. */
export function readRegExp(properties: PropertyReader, names: Names): (text: string) => boolean {
  const pattern = properties.required(names)
  const matches = regExpOf(pattern)
  if (typeof matches === 'function') return matches
  properties.problem(
    `"${pattern.slice(0, 60)}" is no regular expression: ${matches.fault}`,
    regExpCure,
    names,
  )
  return () => false
}

export const regExpCure = 'write it in the syntax of RE2: no back references, no look-around'

export function regExpOf(pattern: string): ((text: string) => boolean) | { fault: string } {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.DOTALL)
    return (text) => compiled.matches(text)
  } catch (error) {
    return { fault: error instanceof Error ? error.message.slice(0, 120) : String(error) }
  }
}
