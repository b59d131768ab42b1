import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { describeRefusals, fixture, point } from './cdb.fixture.ts'
import { derivedPointsOf } from './derived-points.ts'

const cdbOf = (changes: Readonly<Record<string, string | null>>) => {
  const result = buildCdb(fixture(changes), {})
  assert.ok(result.ok, JSON.stringify(!result.ok && result.problems, null, 1))
  return result
}
const points = (text: string) => ({ 'points/p.yaml': `source: tel01\npoints:\n${text}` })
const derived = (fields: string, type = 'double') =>
  points(`  A/B: {type: double, unit: kW, range: [0, 200]}
  A/C: {type: double, unit: W}
  A/D: {type: ${type}, derived: {${fields}}}
`)

test('a filter is taken as it is written', () => {
  const { cdb } = cdbOf(
    point(
      "type: double, range: [0, 200], filter: {unchanged: '1% of range', drop: [BAD], keep: ['0x808C0000'], inside: [0, 5]}",
    ),
  )
  assert.deepEqual(cdb.points.get('A/B')?.filter, {
    unchanged: { band: { kind: 'absolute', value: 2 }, maxSilence: 60_000_000 },
    status: { drop: ['BAD'], keep: [0x808c0000] },
    window: { low: 0, high: 5, keep: 'inside' },
  })
})

test('derived points find others near them, and come behind what they are made of', () => {
  const { cdb } = cdbOf({
    'templates/mount.yaml': `
parameters: {speed: {}}
points:
  Axis/Position: {type: double, unit: deg}
  Axis/Sum: {type: double, unit: deg, derived: {expression: mean + p, of: {mean: Mean, p: Axis/Position}}}
  Axis/Mean: {type: double, unit: deg, derived: {window: {of: Position, every: 1m, give: mean}}}
  Other{speed}: {type: boolean}
`,
  })
  assert.deepEqual(
    derivedPointsOf(cdb).map(({ id, rules }) => [id, rules.inputs]),
    [
      ['Tel01/Axis/Mean', ['Tel01/Axis/Position']],
      ['Tel01/Axis/Sum', ['Tel01/Axis/Mean', 'Tel01/Axis/Position']],
    ],
  )
  const mean = cdb.points.get('Tel01/Axis/Mean')
  assert.equal(mean?.source, 'derived')
  assert.deepEqual(mean.derived?.make, {
    ...{ kind: 'window', give: { kind: 'mean' }, maxHold: null },
    span: { kind: 'time', every: 60_000_000, width: 60_000_000 },
  })
})

test('a class filters and derives all points that match', () => {
  const { cdb } = cdbOf({
    'processing.yaml': `
processing:
  motors:
    match: ['*/Motor*/Mode']
    filter: {unchanged: exact, maxSilence: 30s}
    derive:
      On: {compare: {equals: 1}}
      OnTime: {window: {every: 1h, give: {timeIn: ['ON']}}, archiveClass: standard}
`,
  })
  const motors = [...cdb.points.values()].filter(({ filter }) => filter !== null)
  assert.deepEqual(
    motors.map(({ id }) => id),
    ['Tel01/Motor01/Mode', 'Tel01/Motor02/Mode', 'Tel01/Motor03/Mode'],
  )
  const made = cdb.points.get('Tel01/Motor02/Mode.OnTime')
  assert.deepEqual(
    [made?.type, made?.unit, made?.derived?.inputs],
    ['double', 's', [motors[1]?.id]],
  )
  assert.equal(cdb.points.get('Tel01/Motor02/Mode.On')?.type, 'boolean')
})

const at = (path = '') => `points/p.yaml:5 points.A/D.derived${path}`
describeRefusals([
  [
    'an unknown input',
    derived('window: {of: A/X, every: 1m, give: mean}'),
    at('.window.of'),
    /no point "A\/X"/,
    /write its id|did you mean/,
  ],
  ['nothing to do', derived('allowance: 3s'), at(), /it says not how/, /one of window/],
  [
    'two things to do',
    derived('expression: a, resample: {of: B, every: 1s, method: LAST}'),
    at(),
    /expression and resample/,
    /one of window/,
  ],
  [
    'a circle',
    points(
      '  A/B: {type: double, derived: {expression: x, of: {x: C}}}\n  A/C: {type: double, derived: {expression: x, of: {x: B}}}\n',
    ),
    'points/p.yaml:3 points.A/B.derived',
    /made of itself: A\/B > A\/C > A\/B/,
    /break/,
  ],
  [
    'a fault in an expression',
    derived('expression: B +'),
    at('.expression'),
    /at character 4: it ends too early/,
    /correct/,
  ],
  [
    'units that do not fit',
    points(
      '  A/B: {type: double, unit: kW}\n  A/D: {type: double, unit: deg, derived: {expression: B + 1}}\n',
    ),
    'points/p.yaml:4 points.A/D.derived.expression',
    /do not measure the same/,
    /correct/,
  ],
  [
    'a comparison that is no boolean',
    derived('compare: {of: B, above: 3}'),
    at('.compare'),
    /a comparison is boolean/,
    /type: boolean/,
  ],
  [
    'a hysteresis on the wrong side',
    derived('compare: {of: B, above: 3, clear: 4}', 'boolean'),
    at('.compare.clear'),
    /never be clear/,
    /good side/,
  ],
  [
    'a comparison with nothing',
    derived('compare: {of: B}', 'boolean'),
    at('.compare'),
    /not with what/,
    /one of above/,
  ],
  [
    'one point apart',
    derived('compare: {of: B, apart: 3}', 'boolean'),
    at('.compare.of'),
    /compares two points/,
    /one, the other/,
  ],
  [
    'a window without size',
    derived('window: {of: B, give: mean}'),
    at('.window'),
    /of time or one of samples/,
    /either every or count/,
  ],
  [
    'an unknown state',
    derived('window: {of: B, every: 1m, give: {timeIn: [ON]}}'),
    at('.window.give.timeIn'),
    /"ON" is no name/,
    /enumeration/,
  ],
  [
    'a node of a derived point',
    points(
      '  A/B: {type: double}\n  A/D: {type: double, intervalMs: 500, derived: {expression: B}}\n',
    ),
    'points/p.yaml:4 points.A/D.intervalMs',
    /no meaning/,
    /remove/,
  ],
  [
    'a band without range',
    point("type: double, filter: {unchanged: '1% of range'}"),
    'points/p.yaml:3 points.A/B.filter.unchanged',
    /needs a range/,
    /add range/,
  ],
  [
    'a band of texts',
    point('type: string, filter: {unchanged: 0.5}'),
    'points/p.yaml:3 points.A/B.filter',
    /only numbers/,
    /exact/,
  ],
  [
    'a silence of nothing',
    point('type: double, filter: {maxSilence: 1m}'),
    'points/p.yaml:3 points.A/B.filter.maxSilence',
    /nothing is held back/,
    /unchanged: exact/,
  ],
  [
    'a source of the name of ours',
    {
      'sources.yaml':
        "sources:\n  tel01: {endpoint: 'opc.tcp://h:4840/x', nodeId: 'nsu=urn:a;s={path}', lanes: [0]}\n  derived: {endpoint: 'opc.tcp://h:4841/x', nodeId: 'nsu=urn:a;s={path}', lanes: [0]}\n",
    },
    'sources.yaml:3 sources.derived',
    /source of derived points/,
    /another name/,
  ],
])
