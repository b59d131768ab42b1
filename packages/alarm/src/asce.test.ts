import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asce, createAsce, defaultTimeLimits, evaluateAsce } from './asce.ts'
import { readOptions } from './asce-properties.ts'
import { createPropertyReader } from './property-reader.ts'
import { createSlot, type Slot } from './slot.ts'
import type { Evaluator } from './transfer-function.ts'

const second = 1_000_000

function asceOf(evaluator: Evaluator): { asce: Asce; input: Slot } {
  const input = createSlot('In', 'DOUBLE')
  const rules = { id: 'X', transferFunction: 'Test', inputs: ['In'], output: 'Out', properties: {} }
  const options = readOptions(createPropertyReader({}), false)
  const asce = createAsce({ rules, options, evaluator }, [input], createSlot('Out', 'ALARM'))
  return { asce, input }
}

const untimed = { stopwatch: null, limits: defaultTimeLimits }

test('an ASCE waits for its inputs, then is healthy', () => {
  const { asce, input } = asceOf({ evaluate: (_, output) => output.set(true, 'LOW') })
  assert.equal(asce.state, 'INITIALIZING')
  evaluateAsce(asce, 0, untimed)
  assert.equal(asce.state, 'INPUTS_UNDEFINED')
  assert.equal(asce.slot.value, null)
  input.value = 1
  evaluateAsce(asce, 1, untimed)
  assert.equal(asce.state, 'HEALTHY')
})

test('a function that throws breaks its ASCE, for good; its output is unreliable', () => {
  let calls = 0
  const { asce, input } = asceOf({
    evaluate(_, output) {
      calls++
      if (calls > 1) throw new Error('no such day')
      output.set(true, 'HIGH')
    },
  })
  input.value = 1
  input.reliableUntil = 100
  evaluateAsce(asce, 1, untimed)
  assert.ok(asce.slot.reliableUntil >= 1)
  for (const now of [2, 3]) evaluateAsce(asce, now, untimed)
  assert.equal(asce.state, 'BROKEN')
  assert.equal(asce.fault, 'no such day')
  assert.equal(calls, 2, 'it is not called again')
  assert.equal(asce.slot.reliableUntil, Number.NEGATIVE_INFINITY)
  assert.ok(typeof asce.slot.value === 'object' && asce.slot.value !== null, 'the value stays')
})

test('a function that is too slow for too long breaks its ASCE; now and then is forgiven', () => {
  let elapsed = 0
  let takes = 0
  const { asce, input } = asceOf({
    evaluate() {
      elapsed += takes
    },
  })
  input.value = 1
  const parts = { stopwatch: () => elapsed, limits: defaultTimeLimits }
  const states = [
    [0, 0.1],
    [1, 0.6],
    [4, 0.6],
    [5, 0.1],
    [6, 0.6],
    [11, 0.6],
    [11.1, 0.6],
    [12, 0.1],
  ].map(([at = 0, duration = 0]) => {
    takes = duration * second
    evaluateAsce(asce, at * second, parts)
    return asce.state
  })
  assert.deepEqual(states, [
    'HEALTHY',
    'SLOW',
    'SLOW',
    'HEALTHY',
    'SLOW',
    'SLOW',
    'BROKEN',
    'BROKEN',
  ])
})

test('a function that names an input it does not have is unreliable', () => {
  const { asce, input } = asceOf({
    evaluate(_, output) {
      output.set(true, 'LOW')
      output.reliableFrom = [7]
    },
  })
  input.value = 1
  input.reliableUntil = 100
  evaluateAsce(asce, 1, untimed)
  assert.equal(asce.slot.reliableUntil, Number.NEGATIVE_INFINITY)
})
