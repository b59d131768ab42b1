import { type Micros, microsPerSecond } from '@mla/model'
import { isActive, noProperties, numberOf } from '../iasio.ts'
import { isBeyond, type Limits, readLimits } from '../limits.ts'
import { numericTypes, wantInputs, wantNumbers, wantOutput } from '../setup-checks.ts'
import type { Output, Setup, TransferFunction } from '../transfer-function.ts'
import { createWindow, largestWindow } from '../window.ts'

/** Writes a number that was worked out: as it is, or as an alarm by limits. */
function numberWriter(setup: Setup): (value: number, output: Output) => void {
  wantOutput(setup, 'ALARM', 'DOUBLE', 'FLOAT', 'LONG', 'INT')
  if (setup.output.type !== 'ALARM') {
    const isWhole = setup.output.type === 'LONG' || setup.output.type === 'INT'
    return (value, output) => output.put(isWhole ? Math.round(value) : value)
  }
  const limits: Limits = readLimits(setup.properties, [])
  const priority = setup.properties.priority(['priority'])
  return (value, output) => {
    output.set(isBeyond(limits, value, output.isSet), priority)
    output.reading = value
  }
}

export const rateOfChange: TransferFunction = {
  summary: 'How fast a number changes, in units a second: over a window, or from value to value',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1)
    wantNumbers(setup)
    const write = numberWriter(setup)
    const span = setup.properties.time(['window'], { fallback: 0 })
    const window = createWindow()
    return {
      everyValue: true,
      readingName: 'rate',
      evaluate([input], output) {
        if (!input) return
        const value = numberOf(input.value)
        output.mode = input.mode
        if (Number.isNaN(value)) return output.hold('the input is not a number')
        const { size } = window
        if (size === 0 || input.time > window.time(size - 1)) window.add(input.time, value)
        // One value from before the window's begin is kept, to have its whole length.
        const from = input.time - span
        let first = 0
        while (first + 2 < window.size && window.time(first + 1) <= from) first++
        window.trim(window.time(first))
        // While the window fills, the rate is what the whole of it would give: no false alarm at first.
        const elapsed = Math.max(input.time - window.time(0), span) / microsPerSecond
        write(elapsed > 0 ? (value - window.value(0)) / elapsed : 0, output)
      },
      save: () => window.save(),
      load: (state) => window.load(state),
    }
  },
}

export const deviation: TransferFunction = {
  summary: 'How far a number is from a reference point, as it is or as a share of it',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 2)
    wantNumbers(setup)
    const { properties, inputs } = setup
    const id = properties.text(['reference'])?.trim() ?? inputs[1]?.id ?? ''
    const reference = inputs.findIndex(
      (input) => input.id === id || input.id.startsWith(`${id}[!#`),
    )
    if (reference < 0)
      properties.problem(`"${id}" is none of its inputs`, 'name one of them', ['reference'])
    const relative = properties.boolean(['relative'])
    const absolute = properties.boolean(['absolute'], true)
    const write = numberWriter(setup)
    return {
      readingName: 'deviation',
      evaluate(inputs, output) {
        const [value, wanted] = [inputs[1 - reference], inputs[reference]]
        if (!value || !wanted) return
        const of = numberOf(wanted.value)
        const difference = (numberOf(value.value) - of) / (relative ? Math.abs(of) : 1)
        output.mode = value.mode === wanted.mode ? value.mode : 'UNKNOWN'
        if (Number.isNaN(difference)) return output.hold('an input is not a number')
        if (relative && of === 0) return output.hold('the reference is 0')
        write(absolute ? Math.abs(difference) : difference, output)
      },
    }
  },
}

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  mean: (values) => sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum: (values) => sum(values),
  range: (values) => Math.max(...values) - Math.min(...values),
  count: (values) => values.length,
  median: (values) => {
    const sorted = [...values].sort((a, b) => a - b)
    const half = Math.floor(sorted.length / 2)
    const upper = sorted[half] ?? Number.NaN
    return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
  },
  stddev: (values) => {
    const mean = sum(values) / values.length
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length)
  },
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function readStatistic(setup: Setup): (values: readonly number[]) => number {
  const name = setup.properties.text(['statistic']) ?? 'mean'
  const known = Object.keys(statistics)
  const statistic = known.includes(name) ? statistics[name] : undefined
  if (!statistic) {
    setup.properties.problem(`there is no statistic "${name}"`, `use ${known.join(', ')}`, [
      'statistic',
    ])
  }
  return statistic ?? (() => Number.NaN)
}

export const windowStatistics: TransferFunction = {
  summary: `A statistic of a number over a time, of at most the last ${largestWindow} values`,
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1)
    wantNumbers(setup)
    const span = setup.properties.time(['window'], { min: 1 })
    const statistic = readStatistic(setup)
    const write = numberWriter(setup)
    const window = createWindow()
    return {
      everyValue: true,
      readingName: 'value',
      evaluate([input], output, now) {
        if (!input) return
        const value = numberOf(input.value)
        const { size } = window
        const isNew = size === 0 || input.time > window.time(size - 1)
        if (isNew && !Number.isNaN(value)) window.add(input.time, value)
        window.trim(now - span + 1)
        output.mode = input.mode
        if (window.size === 0) return output.hold('there is no value in the window')
        output.due = window.time(0) + span
        const values = Array.from({ length: window.size }, (_, i) => window.value(i))
        write(statistic(values), output)
      },
      save: () => window.save(),
      load: (state) => window.load(state),
    }
  },
}

export const combine: TransferFunction = {
  summary: 'A statistic of several numbers at one time',
  iasClasses: ['org.eso.ias.dasu.test.transferfunction.AverageTempsTF'],
  create(setup) {
    wantInputs(setup, 1, Number.POSITIVE_INFINITY)
    wantNumbers(setup)
    const statistic = readStatistic(setup)
    const write = numberWriter(setup)
    return {
      readingName: 'value',
      evaluate(inputs, output) {
        const value = statistic(inputs.map((input) => numberOf(input.value)))
        const mode = inputs[0]?.mode ?? 'UNKNOWN'
        output.mode = inputs.every((input) => input.mode === mode) ? mode : 'UNKNOWN'
        if (Number.isNaN(value)) output.hold('an input is not a number')
        else write(value, output)
      },
    }
  },
}

export const countInTime: TransferFunction = {
  summary: 'How often an alarm was set, or a boolean became true, within a time',
  iasClasses: [],
  create(setup) {
    wantInputs(setup, 1)
    const [only] = setup.inputs
    if (only && only.type !== 'ALARM' && only.type !== 'BOOLEAN') {
      const cure = 'name an ALARM or a BOOLEAN'
      setup.properties.problem(`its input "${only.id}" is ${only.type}`, cure)
    }
    const { properties } = setup
    wantOutput(setup, 'ALARM', ...numericTypes)
    const span = properties.time(['window'], { min: 1 })
    const isAlarmOutput = setup.output.type === 'ALARM'
    const threshold = isAlarmOutput
      ? properties.integer(['threshold'], { min: 1, max: largestWindow })
      : 1
    const priority = properties.priority(['priority'])
    const window = createWindow()
    let was = false
    return {
      isReadingWhole: true,
      readingName: 'count',
      evaluate([input], output, now) {
        if (!input) return
        const is = isActive(input.value)
        if (is && !was) window.add(now, 1)
        was = is
        window.trim(now - span + 1)
        const count = window.size
        output.due = count > 0 ? window.time(0) + span : Number.POSITIVE_INFINITY
        output.mode = input.mode
        output.properties = noProperties
        if (!isAlarmOutput) return output.put(count)
        output.set(count >= threshold, priority)
        output.reading = count
      },
      save: () => ({ ...window.save(), was }),
      load(state) {
        window.load(state)
        was = state['was'] === true
      },
    }
  },
}

/** When a time that began at `since` has passed; the moment itself still counts as within. */
export const deadlineOf = (since: Micros, span: Micros): Micros => since + span + 1
