import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTexts } from '@mla/cdb'
import { startCassandra, startKafka } from '@mla/stack'
import { createDiary } from './system/diary.ts'
import { flowing } from './system/faults.ts'
import { mlaAt, type Said } from './system/mla.ts'
import { createOperator } from './system/operator.ts'
import { settle } from './system/settle.ts'
import { smallCdb } from './system/small-cdb.ts'
import { createSystem, until } from './system/system.ts'

/**
 * A day of an operator, with `mla` alone, on real servers; the simulator has two telescopes.
 * With MLA_DIARY what was typed and seen is written to that file: docs/a-day.md is made so.
 */
test('a day: a telescope more, 2,000 points changed, a mistake, a way back, a host lost', async () => {
  await using kafka = await startKafka()
  await using cassandra = await startCassandra({ commitLog: 'batch' })
  using whole = smallCdb(2)
  using folder = smallCdb(1)
  const cdbOnBus = (await readTexts(folder.folder)) ?? []
  await using system = await createSystem({
    ...{ kafka, cassandra, cdbFolder: whole.folder, cutSeconds: 10, cdbOnBus },
  })
  const began = Date.now() * 1000
  const { simulator, dispatcher, hmi, collector, manager } = system
  for (const service of [simulator, dispatcher, hmi, collector, manager]) await service.start()
  const operator = createOperator(system.hmiUrl)
  const diary = createDiary(
    process.env['MLA_DIARY'],
    'A day with `mla`',
    'As recorded by `MLA_DIARY=docs/a-day.md npm test -- day.e2e`, on a real Kafka and Cassandra under load.',
  )
  const opcua = { MLA_OPCUA_PORT: new URL(firstEndpoint(system)).port }
  const mla = mlaAt(system.hmiUrl, opcua)
  const types = async (title: string, ...words: readonly string[]): Promise<Said> => {
    const said = await mla(...words)
    // The folder of this run is nobody else's.
    diary.add(
      title,
      words.map((word) => (word === whole.folder ? 'cdb' : word)),
      said,
    )
    return said
  }
  /** What `mla status` shows in the end: versions differ for a moment while they are taken over. */
  const sees = async (what: string, isSo: (said: Said) => boolean): Promise<Said> => {
    let last: Said = { code: 0, out: '', err: '' }
    await until(what, async () => {
      last = await mla('status')
      return isSo(last)
    })
    diary.add(sentence(what), ['status'], last)
    return last
  }
  const isGood = ({ code }: Said): boolean => code === 0
  const runs = (version: string) => async (): Promise<boolean> => {
    const those = (await operator.components()).filter(({ state }) => state !== 'LOST')
    return those.every(({ configuration }) => configuration === version)
  }
  await flowing(system, 'the start')
  assert.ok((await sees('all is well', isGood)).out.includes('mon-manager'))

  const added = await types(
    'A telescope joins',
    ...['cdb', 'apply', whole.folder, '--why', 'telescope 2 joins the array'],
  )
  assert.equal(added.code, 0, added.err)
  assert.match(added.out, /points: 2\d{3} added, 0 changed, 0 removed/)
  await until('all to run version 2', runs('2'))
  await flowing(system, 'a telescope more')
  await sees('all run it', isGood)

  const template = (name: string) => join(whole.folder, `templates/${name}.yaml`)
  for (const name of ['camera-module', 'mirror']) {
    const text = readFileSync(template(name), 'utf8')
    writeFileSync(template(name), text.replaceAll(/description: (?=[A-Z])/g, 'description: The '))
  }
  const changed = await types(
    '2,000 points change',
    ...['cdb', 'apply', whole.folder, '--why', 'better words'],
  )
  assert.equal(changed.code, 0, changed.err)
  const [, count = '0'] = /points: 0 added, (\d+) changed, 0 removed/.exec(changed.out) ?? []
  assert.ok(Number(count) >= 2000, `${count} points changed`)
  await until('all to run version 3', runs('3'))
  await sees('all have taken it over', isGood)

  const text = readFileSync(template('mirror'), 'utf8')
  writeFileSync(template('mirror'), text.replace('points:', 'pionts:'))
  const refused = await types(
    'A mistake is refused',
    ...['cdb', 'apply', whole.folder, '--why', 'in a hurry'],
  )
  assert.equal(refused.code, 1)
  assert.match(refused.err, /mirror\.yaml[\s\S]*mla cdb check/)
  await sees('nothing has changed', isGood)

  const rolled = await types(
    'The way back',
    ...['cdb', 'rollback', '2', '--why', 'the old words were better'],
  )
  assert.equal(rolled.code, 0, rolled.err)
  await until('all to run version 4', runs('4'))
  assert.match(
    (await types('Who did what, and why', 'cdb', 'history')).out,
    /4 .*the old words[\s\S]*1 .*the beginning/,
  )
  await flowing(system, 'the way back')

  await dispatcher.kill()
  const lost = await sees('a host is lost', ({ err }) => /dispatcher.* is LOST/.test(err))
  assert.equal(lost.code, 1)
  await dispatcher.start()
  await flowing(system, 'a host replaced')
  await sees('all is well again', isGood)

  assert.equal(await manager.stop(), 0)
  const { examples, ...found } = await settle(system, began)
  assert.equal(found.missing, 0, `missing: ${examples.join('; ')}`)
  assert.equal(found.doubled, 0, `doubled: ${examples.join('; ')}`)
  assert.equal(found.differing, 0, `other content: ${examples.join('; ')}`)
  diary.close(
    `At the end of the day ${found.queued} samples were made, ${found.archived} archived.`,
  )
})

/** What was waited for, as a title. */
const sentence = (what: string): string => `${what.charAt(0).toUpperCase()}${what.slice(1)}`

const firstEndpoint = ({ cdb }: Awaited<ReturnType<typeof createSystem>>): string =>
  [...cdb.sources.values()][0]?.endpoint ?? ''
