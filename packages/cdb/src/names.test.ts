import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandName, substitute } from './names.ts'
import { nearest } from './nearest.ts'
import { problemOfNodeId } from './node-id.ts'
import { problemOfUnit } from './unit.ts'

const scope = () => ({
  values: new Map<string, number | string>([
    ['count', 3],
    ['axis', 'Azimuth'],
  ]),
  used: new Set<string>(),
})

const names: [name: string, stands: string[] | RegExp][] = [
  ['Position', ['Position']],
  ['A{08..11}', ['A08', 'A09', 'A10', 'A11']],
  ['A{9..11}', ['A9', 'A10', 'A11']],
  ['A{01..count}', ['A01', 'A02', 'A03']],
  ['{x=A,B}/{n=1..2}', ['A/1', 'A/2', 'B/1', 'B/2']],
  ['{axis}/Speed', ['Azimuth/Speed']],
  ['A{3..1}', /from 3 down to 1/],
  ['A{1..axis}', /Azimuth, not a whole number/],
  ['A{1..none}', /\{none\} has no value/],
  ['A{n=5}', /no range .* no list/],
  ['A{1..2', /not closed/],
  ['A}', /not closed/],
  ['{1..1000}{1..1000}', /1000000 names/],
]
for (const [name, stands] of names) {
  test(`the name ${name} stands for ${stands}`, () => {
    if (stands instanceof RegExp)
      assert.throws(() => expandName(name, scope()), { message: stands })
    else
      assert.deepEqual(
        expandName(name, scope()).map(({ text }) => text),
        stands,
      )
  })
}

test('a name gives its ranges to what stands below it', () => {
  const [, second] = expandName('{x=A,B}{m=01..02}', scope())
  assert.deepEqual([second?.values.get('x'), second?.values.get('m')], ['A', '02'])
})

test('a placeholder alone keeps the type of its value, inside a text it is text', () => {
  const unknown: string[] = []
  const one = scope()
  const written = {
    low: '{count}',
    text: '{count} of {axis}',
    other: ['{none}'],
    unit: '{photons}/s',
  }
  assert.deepEqual(
    substitute(written, one, (name) => unknown.push(name)),
    {
      low: 3,
      text: '3 of Azimuth',
      other: ['{none}'],
      unit: '{photons}/s',
    },
  )
  assert.deepEqual(unknown, ['none'])
  assert.deepEqual([...one.used], ['count', 'axis'])
})

const units: [unit: string, cure: RegExp | null][] = [
  ['deg', null],
  ['Cel', null],
  ['m/s', null],
  ['mm/s2', null],
  ['kW.h', null],
  ['1/min', null],
  ['%', null],
  ['{count}', null],
  ['{mag}/arcsec2', null],
  ['uA', null],
  ['10*-6', null],
  ['degC', /"Cel"/],
  ['m/sec', /"s" for "sec"/],
  ['furlong', /as UCUM does/],
  ['m//s', /as UCUM does/],
]
for (const [unit, cure] of units) {
  test(`the unit ${unit} is ${cure === null ? 'known' : 'questioned'}`, () => {
    const found = problemOfUnit(unit)
    if (cure === null) assert.equal(found, null)
    else assert.match(found ?? '', cure)
  })
}

const nodeIds: [text: string, good: boolean][] = [
  ['nsu=urn:a;s=Mount.Azimuth', true],
  ['nsu=urn:a;i=4294967295', true],
  ['nsu=urn:a;i=4294967296', false],
  ['nsu=urn:a;g=09087e75-8e5e-499b-954f-f2a9603db28a', true],
  ['nsu=urn:a;g=09087e75', false],
  ['nsu=urn:a;b=M/RbKBsRVkePCePcx24oRA==', true],
  ['i=2258', true],
  ['ns=2;s=a;b', true],
  ['nsu=;s=a', false],
  ['s=', false],
  ['x=1', false],
  ['', false],
]
for (const [text, good] of nodeIds) {
  test(`"${text}" is ${good ? 'a' : 'no'} node id`, () => {
    assert.equal(problemOfNodeId(text) === null, good)
  })
}

test('the nearest candidate is what was meant, or nothing', () => {
  const candidates = ['description', 'deadband', 'range']
  assert.equal(nearest('descripton', candidates), 'description')
  assert.equal(nearest('dead_band', candidates), 'deadband')
  assert.equal(nearest('colour', candidates), null)
})
