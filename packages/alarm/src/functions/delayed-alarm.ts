import { createDelay } from '../delay.ts'
import { isAlarm } from '../iasio.ts'
import type { Names } from '../property-reader.ts'
import { wantInputs, wantInputType, wantOutput } from '../setup-checks.ts'
import type { TransferFunction } from '../transfer-function.ts'

const setTime: Names = ['org.eso.ias.tf.delaiedthreshold.settime', 'setTime']
const clearTime: Names = ['org.eso.ias.tf.delaiedthreshold.cleartime', 'clearTime']

export const delayedAlarm: TransferFunction = {
  summary: 'Follows an alarm that stays set, or cleared, for a time',
  iasClasses: ['org.eso.ias.tranfer.DelayedAlarm', 'org.eso.ias.transfer.DelayedAlarm'],
  create(setup) {
    wantInputs(setup, 1)
    wantInputType(setup, 'ALARM')
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const toSet = properties.time(setTime, {})
    const toClear = properties.time(clearTime, {})
    if (toSet === 0 && toClear === 0 && properties.problems.length === 0) {
      properties.problem('both delays are 0', 'give a time to set or to clear', setTime)
    }
    const delay = createDelay(toSet, toClear)
    return {
      evaluate([input], output, now) {
        if (!input || !isAlarm(input.value)) return
        output.set(delay.next(input.value.isSet, output.isSet, now), input.value.priority)
        output.due = delay.due
        output.mode = input.mode
        output.properties = input.properties
      },
      save: () => delay.save(),
      load: (state) => delay.load(state),
    }
  },
}
