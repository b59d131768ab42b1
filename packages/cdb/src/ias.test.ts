import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildCdb } from './build.ts'
import { fixture } from './cdb.fixture.ts'
import { changed, iasFixture } from './ias.fixture.ts'
import { buildIas } from './ias-build.ts'

test('a CDB of IAS is read in JSON and YAML, with both spellings, quoted numbers and templates', () => {
  const result = buildIas(iasFixture())
  assert.ok(result.ok, JSON.stringify(result.ok ? '' : result.problems, null, 1))
  assert.deepEqual(result.warnings, [])
  const { supervisors, iasios, templates } = result.alarms
  assert.deepEqual(templates.get('tel'), { min: 1, max: 5 })
  const wind = iasios.get('WindHigh')
  assert.deepEqual(wind?.emails, ['a@b.cc', 'd@e.ff'])
  assert.equal(wind?.canShelve, true)
  assert.equal(wind?.sound, 'TYPE2')
  const dasus = supervisors.get('Sup')?.dasus ?? []
  assert.deepEqual(
    dasus.map(({ id }) => id),
    ['Site', 'Tel[!#1!]', 'Tel[!#3!]'],
  )
  const any = dasus[2]?.asces.find(({ id }) => id === 'Any[!#3!]')
  assert.deepEqual(any?.inputs, ['TooHot[!#3!]', 'WindHigh', 'Spare[!#2!]'])
  assert.equal(any?.output, 'Trouble[!#3!]')
  assert.equal(dasus[2]?.refresh, 5_000_000)
  assert.equal(dasus[2]?.validityThreshold, 11_000_000)
  assert.equal(dasus[2]?.iasios.get('Temperature[!#3!]')?.type, 'FLOAT')
})

test('what older versions of IAS wrote is read, too', () => {
  const result = buildIas(iasFixture(changed('DASU/Site.json', '"WARN"', '"FATAL"')))
  assert.ok(result.ok, JSON.stringify(result.ok ? '' : result.problems))
  assert.deepEqual(result.warnings, [])
})

test('all problems are told at once, one mistake once', () => {
  const result = buildIas(
    iasFixture({
      ...changed('ias.json', '"5"', '"0"'),
      ...changed('ASCE/Hot.yaml', '40', 'forty'),
      ...changed('ASCE/Wind.json', '"Speed"', '"Sped"'),
    }),
  )
  assert.ok(!result.ok)
  assert.deepEqual(
    result.problems.map(({ file }) => file),
    ['alarms/ASCE/Hot.yaml', 'alarms/ASCE/Wind.json', 'alarms/ias.json'],
  )
})

test('what does no harm is a warning', () => {
  const result = buildIas(
    iasFixture({
      ...changed('ASCE/Wind.json', '"inputIDs"', '"remark":"x","inputIDs"'),
      'DASU/Spare.json': '{"id":"Spare","asceIDs":["Spare"],"outputId":"WindLow"}',
      'ASCE/Spare.json':
        '{"id":"Spare","dasuID":"Spare","outputID":"WindLow","transferFunctionID":"MinMaxThreshold","inputIDs":["Speed"],"props":[{"name":"lowOn","value":1},{"name":"hihgOn","value":1}]}',
      ...changed('IASIO/iasios.json', '[\n', '[{"id":"WindLow","iasType":"ALARM"},\n'),
      'PLUGIN/P.yaml':
        'id: P\nmonitoredSystemId: M\nvalues: [{id: Spare, refreshTime: 500, filter: Average}]',
    }),
  )
  assert.ok(result.ok, JSON.stringify(result.ok ? '' : result.problems))
  const told = result.warnings.map(({ file, message }) => `${file} ${message}`).join('\n')
  assert.match(told, /ASCE\/Wind\.json the field "remark" is not known/)
  assert.match(told, /DASU\/Spare\.json no Supervisor deploys "Spare"/)
  assert.match(told, /ASCE\/Spare\.json the property "hihgOn" is not used/)
  assert.match(told, /PLUGIN\/P\.yaml there is no filter "Average"/)
  assert.match(told, /ASCE\/Wind\.json no plugin and no DASU sends "Speed"/)
})

test('a whole configuration has its alarms, from its points', () => {
  const plugin = (values: string) => ({
    'PLUGIN/P.yaml': `id: P\nmonitoredSystemId: M\nprops: [{name: mla.point, value: 'Tel{instance:00}/{id}'}]\nvalues: [${values}]`,
    ...changed('TEMPLATE/templates.yaml', 'max: "5"', 'max: "2"'),
    ...changed('SUPERVISOR/Sup.json', '"instance":"3"', '"instance":"2"'),
  })
  const position = {
    ...changed('IASIO/iasios.json', '"id":"Temperature"', '"id":"Axis/Position"'),
    ...changed('ASCE/Hot.yaml', '[Temperature]', '[Axis/Position]'),
  }
  const second = {
    'telescopes.yaml': `
telescopes:
  Tel01: {source: tel01, template: mount, with: {speed: 3}}
  Tel02: {source: tel01, template: mount, with: {speed: 3}}
`,
  }
  const files = (values: string) => [
    ...fixture(second),
    ...iasFixture({ ...position, ...plugin(values) }),
  ]
  const good = buildCdb(files('{id: Axis/Position, refreshTime: 5000}'), {})
  assert.ok(good.ok, JSON.stringify(good.ok ? '' : good.problems, null, 1))
  assert.deepEqual(
    good.cdb.alarms?.inputs.map(({ point, iasio }) => `${point} ${iasio}`),
    ['Tel01/Axis/Position Axis/Position[!#1!]', 'Tel02/Axis/Position Axis/Position[!#2!]'],
  )
  const bare = buildCdb(fixture(second), {})
  assert.ok(bare.ok)
  assert.equal(bare.cdb.alarms, null)
  assert.notEqual(bare.cdb.version, good.cdb.version, 'alarms are part of the version')

  const bad = buildCdb(files('{id: Speed, refreshTime: 5000}'), {})
  assert.ok(!bad.ok)
  assert.match(bad.problems.map(({ message }) => message).join(), /there is no point "Speed"/)
})
