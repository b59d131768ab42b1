import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rulesOf } from './conformance.fixture.ts'
import { createDasu } from './dasu.ts'
import { checkDasu } from './dasu-check.ts'

const iasios = {
  T: 'DOUBLE',
  U: 'DOUBLE',
  B: 'BOOLEAN',
  S: 'STRING',
  A: 'ALARM',
  A2: 'ALARM',
  Out: 'ALARM',
  N: 'DOUBLE',
}

/** One ASCE with one thing wrong: what is said, and of which property. */
const wrong: readonly [
  name: string,
  fn: string,
  inputs: string[],
  output: string,
  properties: Record<string, string>,
  message: RegExp,
  property: string | null,
][] = [
  ['no such function', 'MinMax', ['T'], 'Out', {}, /no transfer function "MinMax"/, null],
  [
    'two inputs',
    'MinMaxThreshold',
    ['T', 'U'],
    'Out',
    { highOn: '1' },
    /has 2 inputs and takes 1 input/,
    null,
  ],
  [
    'an input of a wrong type',
    'MinMaxThreshold',
    ['B'],
    'Out',
    { highOn: '1' },
    /"B" is BOOLEAN/,
    null,
  ],
  [
    'an output of a wrong type',
    'MinMaxThreshold',
    ['T'],
    'N',
    { highOn: '1' },
    /"N" is DOUBLE/,
    null,
  ],
  [
    'highOff above highOn',
    'MinMaxThreshold',
    ['T'],
    'Out',
    { highOn: '1', highOff: '2' },
    /highOff 2 is above/,
    'highOff',
  ],
  [
    'lowOff below lowOn',
    'MinMaxThreshold',
    ['T'],
    'Out',
    { lowOn: '1', lowOff: '0' },
    /lowOff 0 is below/,
    'lowOff',
  ],
  [
    'lowOff above highOff',
    'MinMaxThreshold',
    ['T'],
    'Out',
    { lowOn: '1', lowOff: '9', highOn: '8', highOff: '7' },
    /lowOff 9 is above highOff/,
    'lowOff',
  ],
  [
    'a limit that is no number',
    'MinMaxThreshold',
    ['T'],
    'Out',
    { highOn: 'ten' },
    /"ten" is not a number/,
    'highOn',
  ],
  [
    'a priority that there is not',
    'BoolToAlarm',
    ['B'],
    'Out',
    { priority: 'URGENT' },
    /"URGENT" is not LOW/,
    'priority',
  ],
  [
    'no threshold',
    'Multiplicity',
    ['A'],
    'Out',
    {},
    /mutliplicity\.threshold" is missing/,
    'org.eso.ias.tf.mutliplicity.threshold',
  ],
  [
    'a threshold of none',
    'Multiplicity',
    ['A'],
    'Out',
    { threshold: '0' },
    /whole number from 1 to 1/,
    'threshold',
  ],
  [
    'no delays',
    'DelayedAlarm',
    ['A'],
    'Out',
    {},
    /settime" is missing/,
    'org.eso.ias.tf.delaiedthreshold.settime',
  ],
  [
    'delays of nothing',
    'DelayedAlarm',
    ['A'],
    'Out',
    { setTime: '0', clearTime: '0' },
    /both delays are 0/,
    'setTime',
  ],
  [
    'a regular expression that is none',
    'RegExpToAlarm',
    ['S'],
    'Out',
    { value: '(a' },
    /is no regular expression/,
    'value',
  ],
  [
    'a regular expression that takes for ever',
    'RegExpToAlarm',
    ['S'],
    'Out',
    { value: '(a)\\1' },
    /is no regular expression/,
    'value',
  ],
  [
    'a list without one of the inputs',
    'BackupSelector',
    ['T', 'U'],
    'N',
    { prioritizedIds: 'T' },
    /"U" is not listed/,
    'prioritizedIds',
  ],
  [
    'a main input that is none',
    'ThresholdWithBackupsAndDelay',
    ['T'],
    'Out',
    { highOn: '1', mainInputId: 'X' },
    /"X" is none of its inputs/,
    'mainInputId',
  ],
  [
    'a bit that there is not',
    'UMAlarmByBit',
    ['S'],
    'Out',
    { bitNumber: '10' },
    /from 0 to 9/,
    'bitNumber',
  ],
  [
    'antennas of no kind',
    'AntPadInhibitor',
    ['A', 'S'],
    'Out',
    { padNameRegExp: '.*', antType: 'XX' },
    /"XX" is no type/,
    'antType',
  ],
  [
    'an expression that ends',
    'Expression',
    ['T'],
    'Out',
    { expression: 'T >' },
    /character 4: it ends too early/,
    'expression',
  ],
  [
    'an expression of an unknown input',
    'Expression',
    ['T'],
    'Out',
    { expression: 'X > 1' },
    /character 1: "X" is none of its inputs \(T\)/,
    'expression',
  ],
  [
    'an expression of an unknown function',
    'Expression',
    ['T'],
    'Out',
    { expression: 'sin(T) > 1' },
    /no function "sin"; there are abs/,
    'expression',
  ],
  [
    'a function of an object’s prototype',
    'Expression',
    ['T'],
    'Out',
    { expression: 'toString(T)' },
    /no function "toString"/,
    'expression',
  ],
  [
    'an expression that mixes types',
    'Expression',
    ['T', 'B'],
    'Out',
    { expression: 'T + B > 1' },
    /character 5: a number is expected here, and this is a boolean/,
    'expression',
  ],
  [
    'an expression of another type than the output',
    'Expression',
    ['T'],
    'Out',
    { expression: 'T + 1' },
    /is a number, its output "Out" is ALARM/,
    'expression',
  ],
  [
    'an expression as deep as the sea',
    'Expression',
    ['T'],
    'Out',
    { expression: `${'('.repeat(500)}T` },
    /nested too deeply/,
    'expression',
  ],
  [
    'a latch that is neither',
    'BoolToAlarm',
    ['B'],
    'Out',
    { 'mla.latching': 'maybe' },
    /"maybe" is not true or false/,
    'mla.latching',
  ],
  [
    'a suppressor that is a number',
    'BoolToAlarm',
    ['B'],
    'Out',
    { 'mla.suppressedBy': 'T' },
    /"T" is no ALARM or BOOLEAN/,
    'mla.suppressedBy',
  ],
]

test('whatever is wrong with an ASCE is told', () => {
  for (const [name, fn, inputs, output, properties, message, property] of wrong) {
    const asces = { X: { function: fn, inputs, output, properties } }
    const { problems } = checkDasu(rulesOf({ iasios, asces, output }))
    const found = problems.find((one) => message.test(one.message))
    assert.ok(found, `${name}: ${JSON.stringify(problems)}`)
    assert.equal(found.asce, 'X')
    assert.equal(found.property, property, name)
    assert.notEqual(found.cure, '')
  }
})

test('a DASU that is not valid is not made', () => {
  const rules = rulesOf({ iasios, asces: {}, output: 'Out' })
  assert.throws(() => createDasu(rules), { code: 'CDB_INVALID', message: /has no ASCEs/ })
})

test('a property that nothing reads is a warning', () => {
  const properties = { highOn: '1', hihgOff: '2' }
  const asces = { X: { function: 'MinMaxThreshold', inputs: ['T'], output: 'Out', properties } }
  const { problems, warnings } = checkDasu(rulesOf({ iasios, asces, output: 'Out' }))
  assert.deepEqual(problems, [])
  assert.deepEqual(
    warnings.map(({ property }) => property),
    ['hihgOff'],
  )
})
