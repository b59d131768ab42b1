import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaDesired, mlaState } from '@mla/bus'
import { openHmi } from './hmi.fixture.ts'

const result = 'accepted number problems { file line message cure } warnings { message }'
const apply = `mutation ($files: [ConfigurationFileInput!]!, $why: String!, $base: Int) {
  applyConfiguration(files: $files, why: $why, by: "anna", base: $base) { ${result} } }`
const rollBack = `mutation ($number: Int!, $why: String!) {
  rollBackConfiguration(number: $number, why: $why, by: "ben") { ${result} } }`

const classes = (days: string) => [
  {
    path: 'archive-classes.yaml',
    text: `archiveClasses: {standard: {retentionDays: ${days}}}`,
  },
]

interface Result {
  readonly accepted: boolean
  readonly number: number | null
  readonly problems: readonly { readonly file: string; readonly line: number }[]
}

test('versions are applied, refused, listed and rolled back', async () => {
  await using hmi = await openHmi({ hasVersions: true })
  const applied = async (days: string, base?: number) => {
    const variables = { files: classes(days), why: `${days} days`, base }
    const { data, errors } = await hmi.query<{ applyConfiguration: Result }>(apply, variables)
    return { ...data?.applyConfiguration, errors }
  }
  assert.equal((await applied('10')).number, 1)
  assert.equal((await applied('20', 1)).number, 2)
  const broken = await applied('often', 2)
  assert.deepEqual([broken.accepted, broken.problems?.[0]?.file], [false, 'archive-classes.yaml'])
  const stale = await applied('30', 1)
  assert.equal(stale.errors?.[0]?.extensions['code'], 'CDB_CONFLICT')

  const rolled = await hmi.query<{ rollBackConfiguration: Result }>(rollBack, {
    ...{ number: 1, why: 'it was better' },
  })
  assert.equal(rolled.data.rollBackConfiguration.number, 3)
  const { data } = await hmi.query<{
    configurationVersions: { number: number; by: string; why: string; hash: string }[]
    configurationFiles: { path: string; text: string }[]
  }>('{ configurationVersions { number by why hash } configurationFiles(number: 3) { path text } }')
  const versions = data.configurationVersions
  assert.deepEqual(
    versions.map(({ number, by, why }) => `${number} ${by}: ${why}`),
    ['3 ben: it was better', '2 anna: 20 days', '1 anna: 10 days'],
  )
  assert.equal(versions[0]?.hash, versions[2]?.hash)
  assert.deepEqual(data.configurationFiles, classes('10'))
})

test('a reason must be given, and a system that watches a folder says so', async () => {
  await using hmi = await openHmi({ hasVersions: true })
  const nameless = await hmi.query(apply, { files: classes('10'), why: ' ' })
  assert.match(nameless.errors?.[0]?.message ?? '', /why: say for what reason/)
  await using other = await openHmi({})
  const { errors } = await other.query('{ configurationVersions { number } }')
  assert.match(errors?.[0]?.message ?? '', /watches a folder/)
})

test('what operators decided can be read as a whole, the newest of each', async () => {
  await using hmi = await openHmi({})
  for (const isOnline of [true, false]) {
    const record = { scope: 'mon', isOnline, time: 1_790_000_000_000_000, by: 'anna' }
    await hmi.bus.publish(mlaDesired, [{ key: 'mon', record }])
  }
  const shelved = { key: 'shelved/A', time: 1_790_000_000_000_000, by: 'ben', content: '{"a":1}' }
  await hmi.bus.publish(mlaState, [{ key: shelved.key, record: shelved }])
  const { data } = await hmi.query<{ operatorState: unknown }>(
    '{ operatorState { wanted { scope isOnline by } documents { key content } } }',
  )
  assert.deepEqual(data.operatorState, {
    wanted: [{ scope: 'mon', isOnline: false, by: 'anna' }],
    documents: [{ key: 'shelved/A', content: '{"a":1}' }],
  })
})
