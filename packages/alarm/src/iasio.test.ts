import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatIasTime, parseIasTime } from './ias-time.ts'
import type { IasType } from './iasio.ts'
import {
  formatRunningId,
  identifierFault,
  idOfRunningId,
  instanceOf,
  parseRunningId,
  splitInstance,
} from './identifier.ts'
import { formatIasValue, parseIasValue } from './value-text.ts'

/** A text of IAS, and the milliseconds that IAS means by it. */
const times: readonly [text: string, millis: number | null][] = [
  ['1970-01-01T00:00:00.1', 1],
  ['1970-01-01T00:00:00.50', 50],
  ['1970-01-01T00:00:00.500', 500],
  ['1970-01-01T00:00:00.001', 1],
  ['2018-05-09T16:15:05.5', 1_525_882_505_005],
  ['2018-03-07T13:08:43.525', 1_520_428_123_525],
  ['2018-03-07T13:08:43', 1_520_428_123_000],
  ['2018-02-30T13:08:43.1', null],
  ['2018-03-07T25:08:43.1', null],
  ['2018-03-07 13:08:43.1', null],
  ['2018-03-07T13:08:43.1Z', null],
  ['', null],
]

test('a time of IAS has its milliseconds as a whole number, and ours are padded', () => {
  for (const [text, millis] of times) {
    const time = parseIasTime(text)
    assert.equal(time, millis === null ? null : millis * 1000, text)
    if (time !== null) assert.equal(parseIasTime(formatIasTime(time)), time)
  }
  assert.equal(formatIasTime(1000), '1970-01-01T00:00:00.001')
})

/** What is read of a text, and how it is written again. */
const values: readonly [IasType, text: string, value: unknown, again?: string][] = [
  ['LONG', '9223372036854775807', 9223372036854775807n],
  ['LONG', '-9223372036854775809', null],
  ['LONG', '12.5', null],
  ['INT', '+7', 7, '7'],
  ['INT', '2147483648', null],
  ['SHORT', '-32768', -32768],
  ['BYTE', '128', null],
  ['DOUBLE', '-0', -0],
  ['DOUBLE', '1.5E3', 1500, '1500'],
  ['DOUBLE', 'NaN', Number.NaN],
  ['DOUBLE', '-Infinity', Number.NEGATIVE_INFINITY],
  ['DOUBLE', 'one', null],
  ['DOUBLE', '', null],
  ['FLOAT', '2.5f', 2.5, '2.5'],
  ['BOOLEAN', 'TRUE', true, 'true'],
  ['BOOLEAN', 'yes', false, 'false'],
  ['CHAR', 'xyz', 'x', 'x'],
  ['CHAR', '', null],
  ['STRING', '', ''],
  ['TIMESTAMP', '1970-01-01T00:00:01.5', 1_005_000, '1970-01-01T00:00:01.005'],
  ['TIMESTAMP', 'soon', null],
  ['ARRAYOFLONGS', '[1, 2, 3, 4]', [1, 2, 3, 4]],
  ['ARRAYOFLONGS', '[]', []],
  ['ARRAYOFLONGS', '[1, x]', null],
  ['ARRAYOFDOUBLES', '[1.5,-2]', [1.5, -2], '[1.5, -2]'],
]

test('values are read from IAS’s texts, and written as IAS reads them', () => {
  for (const [type, text, value, again = text] of values) {
    const read = parseIasValue(type, text)
    assert.deepEqual(read, value, `${type} ${text}`)
    if (read !== null) assert.equal(formatIasValue(type, read), again)
  }
})

test('a full running id is taken apart, and made, as IAS has it', () => {
  const text = '(S:SUPERVISOR)@(D[!#3!]:DASU)@(A:ASCE)@(Out[!#3!]:IASIO)'
  const path = parseRunningId(text)
  assert.ok(path)
  assert.equal(formatRunningId(path), text)
  assert.equal(idOfRunningId(text), 'Out[!#3!]')
  assert.equal(
    idOfRunningId('(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(T:IASIO)'),
    'T',
  )
  for (const bad of [
    '',
    '(S:SUPERVISOR)@',
    '(S.x:SUPERVISOR)',
    '(S^x:SUPERVISOR)',
    '(S@x:SUPERVISOR)',
    '(:DASU)',
    '(S:SUPERVISOR)@(A:ASCE)',
    '(D:DASU)',
    '(S:BOSS)',
    'S:SUPERVISOR',
  ]) {
    assert.equal(parseRunningId(bad), null, bad)
  }
})

test('an instance of a template is known by its id', () => {
  assert.deepEqual(splitInstance('A[!#12!]'), { base: 'A', instance: 12 })
  assert.deepEqual(splitInstance('A[!#!]'), { base: 'A[!#!]', instance: null })
  assert.equal(instanceOf('A', 0), 'A[!#0!]')
  for (const id of ['', 'a.b', 'a:b', 'a(b', 'a@b', 'a^b', '[!#1!]', 'a[!#1!][!#2!]', 'a[!#x!]']) {
    assert.notEqual(identifierFault(id), null, id)
  }
  assert.equal(identifierFault('Tel01/Axis-1_x[!#3!]'), null)
})
