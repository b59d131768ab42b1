import type { Micros } from '@mla/model'
import { isAlarm } from '../iasio.ts'
import { wantInputs, wantOutput } from '../setup-checks.ts'
import type { TransferFunction } from '../transfer-function.ts'
import { timestampOf } from '../value-text.ts'

export const visualInspectionAlarm: TransferFunction = {
  summary: 'Stays set after its alarm has cleared, until somebody has inspected on the spot',
  iasClasses: [
    'org.eso.ias.tranfer.VisualInspectionAlarm',
    'org.eso.ias.transfer.VisualInspectionAlarm',
  ],
  create(setup) {
    wantInputs(setup, 2)
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const alarmAt = setup.inputs.findIndex(({ type }) => type === 'ALARM')
    const textAt = setup.inputs.findIndex(({ type }) => type === 'STRING' || type === 'TIMESTAMP')
    if (alarmAt < 0 || textAt < 0) {
      const cure = 'name one ALARM and one STRING or TIMESTAMP with the time of the last inspection'
      properties.problem('its inputs are not an alarm and a time', cure)
    }
    let wasSet = false
    let clearedAt: Micros | null = null
    let inspectedAt: Micros | null = null
    return {
      evaluate(inputs, output) {
        const [alarm, inspection] = [inputs[alarmAt], inputs[textAt]]
        if (!alarm || !inspection || !isAlarm(alarm.value)) return
        const time =
          typeof inspection.value === 'number'
            ? inspection.value
            : timestampOf(String(inspection.value))
        const isSet = alarm.value.isSet
        if (wasSet && !isSet) clearedAt = alarm.time
        wasSet = isSet
        if (time !== null) inspectedAt = Math.max(inspectedAt ?? time, time)
        const pending = clearedAt !== null && (inspectedAt === null || inspectedAt <= clearedAt)
        if (time === null) output.hold(`"${String(inspection.value).slice(0, 40)}" is no time`)
        if (isSet || pending || time !== null) output.set(isSet || pending, alarm.value.priority)
        output.mode = alarm.mode
        output.properties = alarm.properties
      },
      save: () => ({ wasSet, clearedAt, inspectedAt }),
      load(state) {
        const time = (name: string): Micros | null =>
          typeof state[name] === 'number' ? state[name] : null
        wasSet = state['wasSet'] === true
        clearedAt = time('clearedAt')
        inspectedAt = time('inspectedAt')
      },
    }
  },
}
