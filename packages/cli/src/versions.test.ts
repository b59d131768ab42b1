import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFakeHmi, runMla } from './cli.fixture.ts'

const text = (days: string) => `archiveClasses: {standard: {retentionDays: ${days}}}\n`

function folderWith(days: string): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'mla-cli-'))
  writeFileSync(join(path, 'archive-classes.yaml'), text(days))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
const version = (number: number, why: string) => ({
  ...{ number, hash: 'abc', time: '2026-06-01T00:00:00Z', by: 'anna', why, fileCount: 1 },
})
const versions = (...list: unknown[]) => ({ data: { configurationVersions: list } })
const filesOf = (days: string) => ({
  data: { configurationFiles: [{ path: 'archive-classes.yaml', text: text(days) }] },
})
const outcome = (more: object) => ({
  data: { outcome: { accepted: true, number: 18, problems: [], warnings: [], ...more } },
})

test('apply tells the difference, publishes the files with who and why, and the version', async () => {
  using folder = folderWith('20')
  await using hmi = await openFakeHmi(versions(version(17, 'x')), filesOf('10'), outcome({}))
  const line = ['cdb', 'apply', folder.path, '--why', 'longer nights']
  const { code, out } = await runMla(line, { ...hmi.env, USER: 'anna' })
  assert.equal(code, 0, out)
  assert.match(out, /archive classes: 0 added, 1 changed, 0 removed\n {2}~ standard/)
  assert.match(out, /version 18 is in force/)
  const { files, ...said } = hmi.asked[2]?.variables ?? {}
  assert.deepEqual(said, { why: 'longer nights', by: 'anna', base: 17 })
  assert.deepEqual(files, [{ path: 'archive-classes.yaml', text: text('20') }])
})

test('a dry run changes nothing, and a change without a reason is refused', async () => {
  using folder = folderWith('20')
  await using hmi = await openFakeHmi(
    ...[versions(version(17, 'x')), filesOf('10'), versions(version(17, 'x')), filesOf('10')],
  )
  assert.equal((await runMla(['cdb', 'apply', folder.path, '--dry-run'], hmi.env)).code, 0)
  const { code, err } = await runMla(['cdb', 'apply', folder.path], hmi.env)
  assert.equal(code, 2)
  assert.match(err, /needs a reason[\s\S]*--why/)
})

test('what the system refuses is told with place and cure', async () => {
  using folder = folderWith('20')
  const problem = { file: 'x.yaml', line: 3, path: '', message: 'no lanes', cure: 'add them' }
  const refused = outcome({ accepted: false, number: null, problems: [problem] })
  await using hmi = await openFakeHmi(versions(), refused)
  const { code, err } = await runMla(['cdb', 'apply', folder.path, '--why', 'x'], hmi.env)
  assert.equal(code, 1)
  assert.match(err, /refused, 1 problem\nx\.yaml:3\n {4}no lanes\n {4}add them/)
})

test('history lists the versions, diff takes their numbers, rollback asks for one', async () => {
  await using hmi = await openFakeHmi(
    ...[versions(version(17, 'longer'), version(16, 'first')), filesOf('10'), filesOf('20')],
    outcome({}),
  )
  const listed = await runMla(['cdb', 'history'], hmi.env)
  assert.match(listed.out, /17 +2026-06-01T00:00:00Z +anna +1 +abc +longer/)
  const { out } = await runMla(['cdb', 'diff', '16', '17'], hmi.env)
  assert.match(out, /archive classes: 0 added, 1 changed/)
  const rolled = await runMla(['cdb', 'rollback', '16', '--why', 'better'], hmi.env)
  assert.equal(rolled.code, 0)
  assert.equal(hmi.asked[3]?.variables['number'], 16)
})

test('a backup holds configuration and operators’ decisions, and can be restored', async () => {
  using folder = folderWith('20')
  const time = '2026-06-01T00:00:00Z'
  const wanted = [{ scope: 'mon', isOnline: false, time, by: 'anna' }]
  const documents = [{ key: 'shelved/A', time, by: 'ben', content: '{}' }]
  await using hmi = await openFakeHmi(versions(version(17, 'x')), filesOf('10'), {
    data: { operatorState: { wanted, documents } },
  })
  const file = join(folder.path, 'backup.json')
  const saved = await runMla(['backup', file], hmi.env)
  assert.match(saved.out, /version 17, 1 wanted states, 1 documents/)
  const again = await runMla(['backup', file], { MLA_URL: 'http://127.0.0.1:1' })
  assert.equal(again.code, 3)
  const restored = await runMla(['restore', file], {})
  assert.deepEqual([restored.code, restored.out], [0, 'version 3 is in force\n'])
})
