import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scalarTypes } from '@mla/model'
import { fixture } from './cdb.fixture.ts'
import type { LoadResult } from './cdb.ts'
import { diffCdb } from './diff.ts'
import { loadCdb } from './load.ts'
import { describeProblems } from './problems.ts'
import { watchCdb } from './watch.ts'

const observatory = fileURLToPath(new URL('../../../cdb', import.meta.url))

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'mla-cdb-'))
  for (const { file, text } of fixture()) {
    await mkdir(join(path, file, '..'), { recursive: true })
    await writeFile(join(path, file), text)
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const messages = (result: LoadResult): string[] =>
  result.ok ? [] : result.problems.map(({ file, line, message }) => `${file}:${line} ${message}`)

test('the example observatory is good, and holds what is said of it', async () => {
  const result = await loadCdb(observatory)
  assert.ok(result.ok, describeProblems(result.ok ? [] : result.problems))
  assert.deepEqual(result.warnings, [])
  const points = [...result.cdb.points.values()]
  assert.ok(points.length >= 20_000 && points.length < 21_000, `${points.length} points`)
  assert.ok(points.filter(({ intervalMs }) => intervalMs === 1_000).length >= 20_000)
  assert.equal(result.cdb.sources.size, 10)
  const types = new Set<string>(points.map(({ type }) => type))
  assert.deepEqual(
    scalarTypes.filter((type) => !types.has(type)),
    [],
  )
  const lanes = new Set([...result.cdb.sources.values()].flatMap((source) => source.lanes))
  assert.equal(lanes.size, 24)
  assert.ok(points.every(({ signal, description }) => signal !== null && description !== null))
})

test('a folder that is not there is a problem', async () => {
  assert.deepEqual(messages(await loadCdb('/nowhere/at/all')), [
    ':null the folder /nowhere/at/all is not there',
  ])
})

/** Each case breaks a good folder with one more thing in it. */
const things: [name: string, put: (path: string) => Promise<unknown> | unknown, said: RegExp][] = [
  [
    'a misspelt file',
    (path) => writeFile(join(path, 'source.yaml'), ''),
    /source\.yaml:null there is no kind/,
  ],
  ['a misspelt folder', (path) => mkdir(join(path, 'template')), /template:null there is no kind/],
  [
    'text that is not UTF-8',
    (path) => writeFile(join(path, 'points.yaml'), ''),
    /points\.yaml:null/,
  ],
  [
    'Latin-1',
    async (path) => {
      await mkdir(join(path, 'points'))
      await writeFile(join(path, 'points/a.yaml'), Buffer.from('# a\n# b\xb0C\n', 'latin1'))
    },
    /points\/a\.yaml:2 the text is not UTF-8/,
  ],
  [
    'a huge file',
    (path) => writeFile(join(path, 'templates/huge.yaml'), 'x'.repeat(5_000_000)),
    /5000000 bytes/,
  ],
  [
    'a link out of the folder',
    (path) => symlink('/etc/hostname', join(path, 'templates/out.yaml')),
    /leads out of the folder/,
  ],
  [
    'a link to nowhere',
    (path) => symlink('gone', join(path, 'templates/gone.yaml')),
    /leads nowhere/,
  ],
  ['a link in a circle', (path) => symlink('.', join(path, 'templates/round')), /not followed/],
  [
    'a pipe',
    (path) => execFileSync('mkfifo', [join(path, 'templates/pipe.yaml')]),
    /not a regular file/,
  ],
  [
    'two files of one name',
    (path) => writeFile(join(path, 'templates/mount.json'), '{}'),
    /declares the same/,
  ],
]
for (const [name, put, said] of things) {
  test(`${name} is told`, async () => {
    await using one = await folder()
    await put(one.path)
    assert.match(messages(await loadCdb(one.path)).join('\n'), said)
  })
}

test('a change is seen once it has settled, a broken one as its problems, the same not again', async () => {
  await using one = await folder()
  const stop = new AbortController()
  const results = watchCdb(one.path, {}, stop.signal, { pollMs: 5 })[Symbol.asyncIterator]()
  const next = async (): Promise<LoadResult> => (await results.next()).value
  const write = (days: string) =>
    replace('archive-classes.yaml', `archiveClasses: {standard: {retentionDays: ${days}}}\n`)

  /** At once, as an editor should: half a file is no version. */
  const replace = async (file: string, text: string): Promise<void> => {
    await writeFile(join(one.path, '.new'), text)
    await rename(join(one.path, '.new'), join(one.path, file))
  }
  const first = await next()
  assert.ok(first.ok)
  await write('10 # the same in other words')
  await write('often')
  assert.deepEqual(messages(await next()), [
    'archive-classes.yaml:1 expected a number, found "often"',
  ])
  await write('20')
  const second = await next()
  assert.ok(second.ok)
  assert.deepEqual(diffCdb(first.cdb, second.cdb), {
    points: { added: [], changed: [], removed: [] },
    sources: { added: [], changed: [], removed: [] },
    archiveClasses: { added: [], changed: ['standard'], removed: [] },
    components: { added: [], changed: [], removed: [] },
    logSources: { added: [], changed: [], removed: [] },
  })
  await cp(join(one.path, 'templates/mount.yaml'), join(one.path, 'templates/other.yaml'))
  await replace(
    'telescopes.yaml',
    'telescopes: {Tel02: {source: tel01, template: other, with: {speed: 3}}}',
  )
  const third = await next()
  assert.ok(third.ok)
  assert.deepEqual(diffCdb(second.cdb, third.cdb).points.added.slice(0, 1), ['Tel02/Axis/Position'])
  stop.abort()
  assert.equal((await results.next()).done, true)
})
