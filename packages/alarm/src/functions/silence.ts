import type { Micros } from '@mla/model'
import { isAlarm, noProperties } from '../iasio.ts'
import { wantInputs, wantOutput } from '../setup-checks.ts'
import { never, type TransferFunction } from '../transfer-function.ts'
import { deadlineOf } from './trends.ts'

/** Both functions say that values do not come; so their output is reliable whatever the inputs are. */
const always: readonly number[] = []

const timeOf = (value: unknown): Micros | null => (typeof value === 'number' ? value : null)

export const staleInput: TransferFunction = {
  summary: 'Set while an input has not been heard of for a time',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1, Number.POSITIVE_INFINITY)
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const span = properties.time(['maxAge'], { min: 1 })
    const priority = properties.priority(['priority'])
    let begun: Micros | null = null
    return {
      everyValue: true,
      acceptsMissing: true,
      evaluate(inputs, output, now) {
        begun ??= now
        const stale: string[] = []
        output.due = never
        for (const { id, value, time } of inputs) {
          const deadline = deadlineOf(value === null ? begun : time, span)
          if (now >= deadline) stale.push(id)
          else output.due = Math.min(output.due, deadline)
        }
        output.set(stale.length > 0, priority)
        output.reliableFrom = always
        output.mode = 'OPERATIONAL'
        output.properties = stale.length > 0 ? { staleInputs: stale.join(',') } : noProperties
      },
      save: () => ({ begun }),
      load(state) {
        begun = timeOf(state['begun'])
      },
    }
  },
}

export const watchdog: TransferFunction = {
  summary: 'Set while a life sign has not changed for a time',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1)
    wantOutput(setup, 'ALARM')
    const { properties } = setup
    const span = properties.time(['timeout'], { min: 1 })
    const priority = properties.priority(['priority'])
    let last: string | null = null
    let changedAt: Micros | null = null
    return {
      acceptsMissing: true,
      evaluate([input], output, now) {
        if (!input) return
        const { value } = input
        const text = value === null ? null : isAlarm(value) ? value.text : String(value)
        if (changedAt === null || text !== last) changedAt = now
        last = text
        const deadline = deadlineOf(changedAt, span)
        output.set(now >= deadline, priority)
        output.due = now >= deadline ? never : deadline
        output.reliableFrom = always
        output.mode = input.value === null ? 'UNKNOWN' : input.mode
      },
      save: () => ({ last, changedAt }),
      load(state) {
        last = typeof state['last'] === 'string' ? state['last'] : null
        changedAt = timeOf(state['changedAt'])
      },
    }
  },
}
