import { commonMode, isAlarm, noProperties, type Properties } from '../iasio.ts'
import { wantInputs, wantInputType, wantOutput } from '../setup-checks.ts'
import { type Input, isReliable, nextExpiry, type TransferFunction } from '../transfer-function.ts'

const isSet = ({ value }: Input): boolean => isAlarm(value) && value.isSet

/** What the inputs that are set say, each value once in their order, and which they are. */
export function propertiesOfSet(set: readonly Input[]): Properties {
  const merged: Record<string, string> = {}
  for (const { properties } of set) {
    for (const [name, value] of Object.entries(properties)) {
      merged[name] = Object.hasOwn(merged, name) ? `${merged[name]},${value}` : value
    }
  }
  return { ...merged, IdsOfAlarmsSet: set.map(({ id }) => id).join(',') }
}

export const multiplicity: TransferFunction = {
  summary: 'Set while at least so many of its alarms are set',
  iasClasses: ['org.eso.ias.asce.transfer.impls.MultiplicityTF'],
  create(setup) {
    const { properties, inputs } = setup
    wantInputs(setup, 1, Number.POSITIVE_INFINITY)
    wantInputType(setup, 'ALARM')
    wantOutput(setup, 'ALARM')
    const priority = properties.priority(['org.eso.ias.tf.alarm.priority', 'priority'])
    const threshold = properties.integer(
      [
        'org.eso.ias.tf.mutliplicity.threshold',
        'org.eso.ias.tf.multiplicity.threshold',
        'threshold',
      ],
      { min: 1, max: Math.max(1, inputs.length) },
    )
    return {
      watchesValidity: true,
      evaluate(inputs, output, now) {
        let set = 0
        for (const input of inputs) if (isSet(input)) set++
        output.set(set >= threshold, priority)
        output.reliableFrom = deciding(inputs, threshold, set >= threshold, now)
        output.due = nextExpiry(inputs, now)
        const those = set >= threshold ? inputs.filter(isSet) : inputs
        output.mode = commonMode(those)
        output.properties = set >= threshold ? propertiesOfSet(those) : noProperties
      },
    }
  },
}

/** The reliable inputs that alone decide the outcome, or null where all are needed for it. */
function deciding(
  inputs: readonly Input[],
  threshold: number,
  outcome: boolean,
  now: number,
): readonly number[] | null {
  const wanted = outcome ? threshold : inputs.length - threshold + 1
  let reliable = 0
  for (const input of inputs) if (isSet(input) === outcome && isReliable(input, now)) reliable++
  if (reliable === inputs.length || reliable < wanted) return null
  return inputs.flatMap((input, i) =>
    isSet(input) === outcome && isReliable(input, now) ? [i] : [],
  )
}
