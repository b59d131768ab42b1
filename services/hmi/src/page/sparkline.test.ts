import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTrace, type Trace } from './plot-data.ts'
import { sparklinePath } from './sparkline.ts'

const traceOf = (type: string, ...values: readonly (number | null)[]): Trace => {
  const point = { id: 'A/B', description: null, unit: null, type, intervalMs: 1, enumeration: null }
  const trace = createTrace(point)
  values.forEach((value, second) => {
    trace.times.push(second)
    trace.middle.push(value)
  })
  return trace
}

const cases: readonly [name: string, trace: Trace, path: string][] = [
  ['nothing', traceOf('double'), ''],
  ['a line from lowest to highest', traceOf('double', 0, 4, 2), 'M0.0 18.0L10.0 2.0L20.0 10.0H100'],
  ['what does not change, in the middle', traceOf('double', 7, 7), 'M0.0 10.0L10.0 10.0H100'],
  ['a gap', traceOf('double', 0, null, 1), 'M0.0 18.0M20.0 2.0H100'],
  ['a gap at the end', traceOf('double', 0, 1, null), 'M0.0 18.0L10.0 2.0'],
  ['states in steps', traceOf('boolean', 0, 1), 'M0.0 18.0H10.0V2.0H100'],
]

for (const [name, trace, path] of cases)
  test(`a small trend shows ${name}`, () =>
    assert.equal(sparklinePath(trace, 10_000, 10_000), path))
