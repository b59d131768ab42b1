import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { fixture } from './fixture.ts'

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

const point = (fields: string) => ({
  'points/p.yaml': `source: tel01\npoints:\n  A/B: {${fields}}\n`,
})
const source = (fields: string) => ({
  'sources.yaml': `sources:\n  tel01: {endpoint: 'opc.tcp://h:1', nodeId: 'nsu=u;s={path}', lanes: [0], ${fields}}\n`,
})

/** Each case: what is changed, then what is said: `file:line path`, a part of the message, of the cure. */
const cases: [
  name: string,
  changes: Record<string, string | null>,
  place: string,
  message: RegExp,
  cure: RegExp,
][] = [
  [
    'an unknown key',
    point('type: double, unti: deg'),
    'points/p.yaml:3 points.A/B.unti',
    /unknown key "unti"/,
    /did you mean "unit"/,
  ],
  [
    'an unknown key in a signal',
    point('type: double, signal: {kind: sine, amplitude: 1, period: 3, periodS: 3}'),
    'points/p.yaml:3 points.A/B.signal.period',
    /unknown key/,
    /did you mean "periodS"/,
  ],
  [
    'a wrong type of value',
    point('type: double, intervalMs: often'),
    'points/p.yaml:3 points.A/B.intervalMs',
    /expected a number, found "often"/,
    /write a number/,
  ],
  [
    'an unknown value type',
    point('type: flaot'),
    'points/p.yaml:3 points.A/B.type',
    /"flaot" is not one of/,
    /did you mean "float"/,
  ],
  [
    'an unknown kind of signal',
    point('type: double, signal: {kind: sinus}'),
    'points/p.yaml:3 points.A/B.signal.kind',
    /"sinus" is not one of/,
    /did you mean "sine"/,
  ],
  [
    'a type that is missing',
    point('unit: deg'),
    'points/p.yaml:3 points.A/B.type',
    /"type" is missing/,
    /double/,
  ],
  [
    'an unknown archive class',
    point('type: double, archiveClass: standart'),
    'points/p.yaml:3 points.A/B.archiveClass',
    /no archive class "standart"/,
    /did you mean "standard"/,
  ],
  [
    'an unknown enumeration',
    point('type: enum, enumeration: Mod'),
    'points/p.yaml:3 points.A/B.enumeration',
    /no enumeration "Mod"/,
    /did you mean "Mode"/,
  ],
  [
    'an enumeration code that is no integer',
    point('type: enum, enumeration: {a: ON}'),
    'points/p.yaml:3 points.A/B.enumeration',
    /expected the name of an enumeration/,
    /forms/,
  ],
  [
    'a signal with a code that is not named',
    point('type: enum, enumeration: Mode, signal: {kind: enumCycle, codes: [0, 7], everyS: 1}'),
    'points/p.yaml:3 points.A/B.signal.codes[1]',
    /no code 7/,
    /0, 1/,
  ],
  [
    'a signal of another type',
    point('type: string, signal: {kind: sine, amplitude: 1, periodS: 1}'),
    'points/p.yaml:3 points.A/B.signal.kind',
    /sine makes no string/,
    /double/,
  ],
  [
    'a dead band without a range',
    point('type: double, deadband: 1%'),
    'points/p.yaml:3 points.A/B.deadband',
    /1% needs a range/,
    /add range/,
  ],
  [
    'a dead band of a text',
    point('type: string, deadband: 1'),
    'points/p.yaml:3 points.A/B.deadband',
    /no dead band/,
    /only numbers/,
  ],
  [
    'a range upside down',
    point('type: double, range: [5, 1]'),
    'points/p.yaml:3 points.A/B.range',
    /not below/,
    /low, high/,
  ],
  [
    'a range beyond its type',
    point('type: int8, range: [0, 300]'),
    'points/p.yaml:3 points.A/B.range[1]',
    /300 is no int8/,
    /wider/,
  ],
  [
    'a bad node id',
    point('type: double, nodeId: Mount.Position'),
    'points/p.yaml:3 points.A/B.nodeId',
    /not a node id/,
    /nsu=/,
  ],
  [
    'a bad identifier',
    { 'points/p.yaml': 'source: tel01\npoints:\n  A B/C: {type: double}\n' },
    'points/p.yaml:3 points["A B/C"]',
    /"A B\/C" is not a point identifier/,
    /letters/,
  ],
  [
    'an unquoted placeholder',
    point('type: double, range: [{low}, 3]'),
    'points/p.yaml:3 points.A/B.range[0]',
    /read as a map/,
    /"\{low\}"/,
  ],
  [
    'an unknown placeholder',
    point("type: double, description: 'of {speeed}'"),
    'points/p.yaml:3 points.A/B.description',
    /\{speeed\} has no value/,
    /declare/,
  ],
  [
    'an unknown source',
    { 'points/p.yaml': 'source: tel1\npoints:\n  A/B: {type: double}\n' },
    'points/p.yaml:1 source',
    /no source "tel1"/,
    /did you mean "tel01"/,
  ],
  [
    'an unknown template',
    { 'telescopes.yaml': 'telescopes: {Tel01: {source: tel01, template: mont}}' },
    'telescopes.yaml:1 telescopes.Tel01.template',
    /no template "mont"/,
    /did you mean "mount"/,
  ],
  [
    'a parameter that is missing',
    { 'telescopes.yaml': 'telescopes: {Tel01: {source: tel01, template: mount}}' },
    'telescopes.yaml:1 telescopes.Tel01.with',
    /needs the parameter "speed"/,
    /with: \{speed/,
  ],
  [
    'a parameter that is not declared',
    {
      'telescopes.yaml':
        'telescopes: {Tel01: {source: tel01, template: mount, with: {speed: 1, sped: 2}}}',
    },
    'telescopes.yaml:1 telescopes.Tel01.with.sped',
    /no parameter "sped"/,
    /did you mean "speed"/,
  ],
  [
    'a parameter of the wrong type',
    {
      'telescopes.yaml':
        'telescopes: {Tel01: {source: tel01, template: mount, with: {speed: fast}}}',
    },
    'templates/mount.yaml:9 points.Axis/Position.signal.speed',
    /expected a number, found "fast" \(in Tel01\/Axis\/Position\)/,
    /number/,
  ],
  [
    'a template that includes itself',
    {
      'templates/mount.yaml':
        'parameters: {speed: {}}\ninclude:\n  X: {template: mount, with: {speed: 1}}\n',
    },
    'templates/mount.yaml:3 include.X.template',
    /circle: mount > mount/,
    /remove/,
  ],
  [
    'a point declared twice',
    { 'points/p.yaml': 'source: tel01\npoints:\n  Tel01/Axis/Position: {type: double}\n' },
    'points/p.yaml:3 points.Tel01/Axis/Position',
    /already declared in templates\/mount.yaml points.Axis\/Position/,
    /rename/,
  ],
  [
    'a key written twice',
    { 'points/p.yaml': 'source: tel01\npoints:\n  A/B: {type: double}\n  A/B: {type: double}\n' },
    'points/p.yaml:3 points.A/B',
    /twice, at lines 3 and 4/,
    /rename/,
  ],
  [
    'a range that runs away',
    { 'points/p.yaml': 'source: tel01\npoints:\n  A/B{1..99999999}: {type: double}\n' },
    'points/p.yaml:3 points["A/B{1..99999999}"]',
    /longer than/,
    /\{001/,
  ],
  [
    'a lane beyond 23',
    {
      'sources.yaml':
        "sources:\n  tel01: {endpoint: 'opc.tcp://h:1', nodeId: 'nsu=u;s={path}', lanes: [24]}\n",
    },
    'sources.yaml:2 sources.tel01.lanes[0]',
    /24 is too large/,
    /23/,
  ],
  [
    'an endpoint that is none',
    {
      'sources.yaml':
        "sources:\n  tel01: {endpoint: 'http://h:1', nodeId: 'nsu=u;s={path}', lanes: [0]}\n",
    },
    'sources.yaml:2 sources.tel01.endpoint',
    /not an OPC-UA endpoint/,
    /opc\.tcp/,
  ],
  [
    'an environment variable that is not set',
    {
      'sources.yaml': `sources:\n  tel01: {endpoint: 'opc.tcp://\${HOST}:1', nodeId: 'nsu=u;s={path}', lanes: [0]}\n`,
    },
    'sources.yaml:2 sources.tel01.endpoint',
    /no HOST/,
    /\$\{HOST:-/,
  ],
  [
    'a security mode without policy',
    source('securityMode: Sign, securityPolicy: None'),
    'sources.yaml:2 sources.tel01.securityPolicy',
    /does not go with/,
    /both/,
  ],
  [
    'a placeholder for a whole section',
    { 'points/p.yaml': "source: tel01\npoints: '{all}'\n" },
    'points/p.yaml:2 points',
    /expected a map/,
    /map/,
  ],
  [
    'a file that is no YAML',
    { 'points/p.yaml': 'source: tel01\npoints: {a: [1\n' },
    'points/p.yaml:3',
    /not readable/,
    /YAML/,
  ],
  [
    'an alias',
    { 'points/p.yaml': 'source: tel01\npoints:\n  A/B: &x {type: double}\n  A/C: *x\n' },
    'points/p.yaml:3 points.A/B',
    /anchor/,
    /template/,
  ],
]

for (const [name, changes, place, message, cure] of cases) {
  test(`${name} is told with place and cure`, () => {
    const result = buildCdb(fixture(changes), {})
    assert.ok(!result.ok, 'was accepted')
    const told = result.problems.map(({ file, line, path }) => `${file}:${line} ${path}`.trim())
    const problem = result.problems[told.indexOf(place)]
    assert.ok(problem, `nothing said at ${place}, but: ${JSON.stringify(result.problems, null, 1)}`)
    assert.match(problem.message, message)
    assert.match(problem.cure, cure)
  })
}

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
