import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaState } from '@mla/bus'
import { buildCdb, type LoadResult } from '@mla/cdb'
import { documentOfLevel } from '@mla/control'
import { openHmi } from './hmi.fixture.ts'

const fields = 'source minPriority configured changedBy'
const set = `mutation ($source: ID!, $to: Priority) {
  setLogLevel(source: $source, minPriority: $to) { ${fields} } }`

const sources = `sources:
  hosts: {recipe: syslog, listen: ['tcp://127.0.0.1:1'], nameBy: host, minPriority: DEBUG}
  plain: {recipe: lines, listen: ['tcp://127.0.0.1:2'], nameBy: id}
`
async function* cdb(): AsyncIterable<LoadResult> {
  const classes = 'archiveClasses: {standard: {retentionDays: 1}}'
  yield buildCdb(
    [
      {
        ...{ file: 'archive-classes.yaml', kind: 'archive-classes', name: 'archive-classes' },
        text: classes,
      },
      { file: 'logs/site.yaml', kind: 'logs', name: 'site', text: sources },
    ],
    {},
  )
}

interface Level {
  readonly source: string
  readonly minPriority: string
  readonly configured: string | null
  readonly changedBy: string | null
}

test('the level of a source or a device is set, shown with who did it, and given back', async () => {
  await using hmi = await openHmi({ cdb: cdb() })
  const shown = async () => {
    const { data } = await hmi.query<{ logLevels: Level[] }>(`{ logLevels { ${fields} } }`)
    return data.logLevels.map(
      (one) => `${one.source} ${one.minPriority} of ${one.configured} by ${one.changedBy}`,
    )
  }
  assert.deepEqual(await shown(), ['hosts DEBUG of DEBUG by null', 'plain TRACE of TRACE by null'])
  await hmi.query(set, { source: 'hosts/pi-7', to: 'TRACE' })
  await hmi.query(set, { source: 'hosts', to: 'ERROR' })
  const changed = await shown()
  assert.match(
    changed.join('\n'),
    /^hosts ERROR of DEBUG by (\S+)\nhosts\/pi-7 TRACE of DEBUG by \1\n/,
  )
  await hmi.query(set, { source: 'hosts', to: null })
  assert.equal((await shown())[0], 'hosts DEBUG of DEBUG by null')

  const documents = await hmi.query<{ operatorState: { documents: { key: string }[] } }>(
    '{ operatorState { documents { key } } }',
  )
  const keys = documents.data.operatorState.documents.map(({ key }) => key)
  assert.deepEqual(keys.sort(), ['log-level/hosts', 'log-level/hosts/pi-7'])
})

test('what another HMI set is shown, also of a source that is no longer configured', async () => {
  await using hmi = await openHmi({ cdb: cdb() })
  const record = documentOfLevel({ source: 'gone', minPriority: 'ALERT', time: 1, by: 'ben' })
  await hmi.bus.publish(mlaState, [{ key: record.key, record }])
  const find = async () => {
    const { data } = await hmi.query<{ logLevels: Level[] }>(`{ logLevels { ${fields} } }`)
    return data.logLevels.find(({ source }) => source === 'gone')
  }
  while ((await find()) === undefined) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(await find(), {
    ...{ source: 'gone', minPriority: 'ALERT', configured: null, changedBy: 'ben' },
  })
})

const wrong: [source: string, said: RegExp][] = [
  ['sislog', /no log source is called "sislog"; there are hosts, plain/],
  ['plain/pi-7', /records of plain have one name \(nameBy: id\): set the level of plain/],
]
for (const [source, said] of wrong) {
  test(`the level of ${source} is refused`, async () => {
    await using hmi = await openHmi({ cdb: cdb() })
    const { errors } = await hmi.query(set, { source, to: 'ERROR' })
    assert.match(errors?.[0]?.message ?? '', said)
  })
}
