import { describeRefusals, point } from './cdb.fixture.ts'

/** The good file of sources with more fields. */
const source = (fields: string) => ({
  'sources.yaml': `sources:\n  tel01: {endpoint: 'opc.tcp://h:1', nodeId: 'nsu=u;s={path}', lanes: [0], ${fields}}\n`,
})

describeRefusals([
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
])
