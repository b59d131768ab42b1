import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { fixture, point } from './cdb.fixture.ts'

test('a good configuration is expanded', () => {
  const result = buildCdb(fixture(), {})
  assert.ok(result.ok, JSON.stringify(result))
  assert.deepEqual(result.warnings, [])
  assert.deepEqual(
    [...result.cdb.points.keys()],
    ['Tel01/Axis/Position', 'Tel01/Motor01/Mode', 'Tel01/Motor02/Mode', 'Tel01/Motor03/Mode'],
  )
  const position = result.cdb.points.get('Tel01/Axis/Position')
  assert.equal(position?.nodeId, 'nsu=urn:a;s=Axis.Position')
  assert.deepEqual(position.signal, {
    kind: 'slew',
    low: -80,
    high: 80,
    speed: 3,
    trackSpeed: 0,
    dwellS: 900,
  })
  const mode = result.cdb.points.get('Tel01/Motor02/Mode')
  assert.equal(mode?.description, 'Motor 02')
  assert.deepEqual(
    [...(mode.enumeration ?? [])],
    [
      [0, 'OFF'],
      [1, 'ON'],
    ],
  )
})

test('one mistake is one problem, whatever depends on it', () => {
  const result = buildCdb(
    fixture({
      'sources.yaml': "sources:\n  tel01: {endpoint: 'opc.tcp://h:1', lanes: []}\n",
      'enumerations.yaml': 'enumerations: {Mode: {0: 5}}',
    }),
    {},
  )
  assert.ok(!result.ok)
  assert.deepEqual(
    result.problems.map(({ path }) => path),
    ['enumerations.Mode.0', 'sources.tel01.lanes'],
  )
})

test('a problem of a template is told once, with the points it is met in', () => {
  const text =
    'parameters: {speed: {}}\npoints:\n  M{1..50}/P: {type: double, range: ["{speed}", 1]}\n'
  const result = buildCdb(fixture({ 'templates/mount.yaml': text }), {})
  assert.ok(!result.ok)
  assert.equal(result.problems.length, 1)
  assert.match(result.problems[0]?.message ?? '', /\(in Tel01\/M1\/P and 49 more\)/)
})

test('endpoints take the environment', () => {
  const files = fixture({
    'sources.yaml': `sources:\n  tel01: {endpoint: 'opc.tcp://\${H:-a}:\${P:-1}/x', nodeId: 'nsu=u;s={path}', lanes: [0]}\n`,
  })
  const result = buildCdb(files, { P: '77' })
  assert.ok(result.ok)
  assert.equal(result.cdb.sources.get('tel01')?.endpoint, 'opc.tcp://a:77/x')
})

test('the version follows the content, not the writing', () => {
  const version = (changes = {}) => {
    const result = buildCdb(fixture(changes), {})
    return result.ok ? result.cdb.version : 'none'
  }
  const json = JSON.stringify({ archiveClasses: { standard: { retentionDays: 10 } } }, null, '\t')
  const other = JSON.stringify({ archiveClasses: { standard: { retentionDays: 11 } } })
  const asJson = { 'archive-classes.yaml': null, 'archive-classes.json': json }
  assert.equal(version(asJson), version())
  assert.notEqual(version({ ...asJson, 'archive-classes.json': other }), version())
})

/** Warnings do not refuse a configuration. */
const warnings: [name: string, changes: Record<string, string>, message: RegExp][] = [
  ['a unit that nobody knows', point('type: double, unit: degC'), /"degC" is not a unit/],
  ['a namespace index', point('type: double, nodeId: ns=2;s=x'), /namespace index/],
  [
    'a signal that leaves the range',
    point('type: double, range: [0, 1], signal: {kind: sine, amplitude: 9, periodS: 1}'),
    /goes from -9 to 9/,
  ],
  [
    'a node of two points',
    point('type: double, nodeId: nsu=urn:a;s=Axis.Position'),
    /is also that of/,
  ],
  [
    'a template that is not used',
    { 'templates/x.yaml': 'points: {A: {type: double}}' },
    /nothing uses/,
  ],
]
for (const [name, changes, message] of warnings) {
  test(`${name} is warned of`, () => {
    const result = buildCdb(fixture(changes), {})
    assert.ok(result.ok, JSON.stringify(result))
    assert.deepEqual(result.warnings.length, 1, JSON.stringify(result.warnings))
    assert.match(result.warnings[0]?.message ?? '', message)
  })
}
