import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { fixture } from './cdb.fixture.ts'

const good = `
patterns: {NODE: 'cam\\d+'}
recipes:
  camera: {match: ['%{NODE:host} %{GREEDYDATA:message}'], time: {zone: Atlantic/Canary}}
sources:
  hosts: {recipe: syslog, listen: ['udp://0.0.0.0:514', 'tcp://[::]:514'], lanes: [0, 6]}
  cameras:
    recipe: camera
    files: {include: ['\${LOGS:-/var/log}/*.log']}
    minPriority: INFO
    rate: {perSecond: 100}
    fold: {within: 10s}
`

test('sources of logs come with their recipes, defaults and addresses', () => {
  const result = buildCdb(fixture({ 'logs/site.yaml': good }), {})
  assert.ok(result.ok, JSON.stringify(result))
  const { sources, recipes, patterns } = result.cdb.logs
  assert.deepEqual([...recipes.keys()].sort(), ['camera', 'syslog'])
  assert.deepEqual(patterns, { NODE: 'cam\\d+' })
  const hosts = sources.get('hosts')
  assert.deepEqual(hosts?.listen, [
    { transport: 'udp', host: '0.0.0.0', port: 514 },
    { transport: 'tcp', host: '::', port: 514 },
  ])
  assert.equal(hosts?.minPriority, 'TRACE')
  const cameras = sources.get('cameras')
  assert.deepEqual(cameras?.files?.include, ['/var/log/*.log'])
  assert.deepEqual(cameras?.rate, { perSecond: 100, burst: 200, exempt: 'ERROR' })
  assert.equal(cameras?.foldMicros, 10_000_000)
})

test('every mistake is told at once, with its place', () => {
  const bad = `
patterns: {NODE: '(?=x)'}
recipes:
  a: {match: ['%{NODE:host}', '%{NOSUCH}'], time: {formats: [QQ], zone: Mars/Base}}
  b: {multiline: {start: '(a'}}
sources:
  one: {recipe: sislog, listen: ['tcp://h:514']}
  two: {recipe: a, listen: ['http://h:514', 'smtp://x', 'tls://h:6514']}
  three: {recipe: a}
  four: {recipe: a, files: {include: ['\${NOWHERE}/x']}}
`
  const result = buildCdb(fixture({ 'logs/site.yaml': bad }), {})
  assert.ok(!result.ok)
  const told = result.problems.map(({ path, message }) => `${path}: ${message.slice(0, 40)}`)
  assert.deepEqual(told.sort(), [
    'recipes.a.match[0]: it could take very long on some text: no',
    'recipes.a.match[1]: there is no pattern "NOSUCH"',
    'recipes.a.time.formats[0]: "Q" is no part of a time',
    'recipes.a.time.zone: there is no time zone "Mars/Base"',
    'recipes.b.multiline.start: /(a/: Unterminated group',
    'sources.four.files.include[0]: the environment has no NOWHERE',
    'sources.one.recipe: there is no recipe "sislog"',
    'sources.three: nothing comes from it',
    'sources.two.listen[0]: one listens on port 514 too',
    'sources.two.listen[1]: "smtp://x" is no address to listen on',
    'sources.two.tls: tls:// needs a certificate',
  ])
  const sislog = result.problems.find(({ path }) => path === 'sources.one.recipe')
  assert.match(sislog?.cure ?? '', /did you mean "syslog"/)
})

test('two files may not declare the same, and a misspelt key says what is known', () => {
  const result = buildCdb(
    fixture({
      'logs/a.yaml': good,
      'logs/b.yaml': 'sources: {hosts: {recipe: syslog, listn: []}}',
    }),
    {},
  )
  assert.ok(!result.ok)
  assert.match(result.problems[0]?.message ?? '', /unknown key "listn"/)
  const twice = buildCdb(fixture({ 'logs/a.yaml': good, 'logs/b.yaml': good }), {})
  assert.ok(!twice.ok)
  const told = twice.problems.map(({ path }) => path)
  for (const path of ['patterns.NODE', 'recipes.camera', 'sources.hosts', 'sources.cameras']) {
    assert.ok(told.includes(path), path)
  }
})

test('a selection keeps its order, and rates become points', () => {
  const rules = `
selection:
  - {sources: [mirrors], live: 'off'}
  - {audiences: [Developer], archive: INFO, live: WARNING}
rates:
  Array/Logs/Hosts/ErrorRate: {sources: [hosts], every: 5s}
`
  const result = buildCdb(fixture({ 'logs/rules.yaml': rules }), {})
  assert.ok(result.ok, JSON.stringify(result))
  const { logs, points } = result.cdb
  assert.deepEqual(logs.selection, [
    { sources: ['mirrors'], audiences: null, archive: null, live: 'off' },
    { sources: null, audiences: ['Developer'], archive: 'INFO', live: 'WARNING' },
  ])
  const point = points.get('Array/Logs/Hosts/ErrorRate')
  assert.equal(point?.source, 'log-consumer')
  assert.equal(point?.intervalMs, 5000)
})

test('a selection or a rate that means nothing is told', () => {
  const wrong = `
selection: [{sources: [hosts]}]
rates:
  /no point: {}
  A/B: {archiveClass: nowhere}
`
  const result = buildCdb(fixture({ 'logs/rules.yaml': wrong }), {})
  assert.ok(!result.ok)
  assert.deepEqual(
    result.problems.map(({ path }) => path),
    ['selection[0]'],
  )
  const second = buildCdb(fixture({ 'logs/r.yaml': wrong.replace(/^selection.*$/m, '') }), {})
  assert.ok(!second.ok)
  const told = second.problems.map(({ message }) => message).join('\n')
  assert.match(told, /"\/no point" is no point id/)
  assert.match(told, /no archive class "nowhere"/)
})
