import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { openDuckdb } from '@mla/archive/duckdb'
import { readTable } from '@mla/archive/parquet'
import type { Sample } from '@mla/model'
import { noAdapters, runMla } from './cli.fixture.ts'
import { createOutput } from './output.ts'
import { type Manifest, readManifest, writeManifest } from './transfer/manifest.ts'
import { sampleOf, sampleTable } from './transfer/sample-rows.ts'
import { writeExport } from './transfer/write-export.ts'
import { openHmi, range, samples, samplesOf, start } from './transfer.fixture.ts'

async function open(t: TestContext, held = samples, more = { intervalMs: 60_000 }) {
  const folder = await mkdtemp(join(tmpdir(), 'mla-transfer-'))
  const hmi = await openHmi(held, more)
  t.after(async () => {
    await hmi[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  const into = join(folder, 'out')
  const exports = (...words: readonly string[]) =>
    runMla(['export', 'Tel01/**', 'Tel02/C', ...range, '--into', into, ...words], hmi.env)
  const manifest = async (): Promise<Manifest> => {
    const found = await readManifest(into)
    assert.ok(found)
    return found
  }
  return { folder, hmi, into, exports, manifest }
}

for (const as of ['parquet', 'csv'] as const) {
  test(`what is exported as ${as} is imported as it was, once, however often`, async (t) => {
    const { folder, hmi, into, exports, manifest } = await open(t)
    const exported = await exports('--as', as)
    assert.equal(exported.code, 0, exported.err)
    assert.match(exported.out, /630 samples of 3 points in 4 files/)
    assert.deepEqual(
      (await manifest()).files.map(({ path }) => path),
      ['19', '20'].flatMap((day) =>
        ['Tel01', 'Tel02'].map(
          (system) => `samples/day=2026-11-${day}/system=${system}/part-0000.${as}`,
        ),
      ),
    )
    assert.equal((await runMla(['import', into, '--check'], hmi.env)).code, 0)
    const path = join(folder, 'archive.duckdb')
    const openArchive = () => openDuckdb({ path }, { classes: [], classOf: () => 'standard' })
    for (let i = 0; i < 2; i++) {
      const adapters = { ...noAdapters, openArchive }
      const imported = await runMla(['import', into, '--duckdb', path], hmi.env, adapters)
      assert.equal(imported.code, 0, imported.err)
    }
    await using archive = await openArchive()
    for (const point of ['Tel01/A', 'Tel01/B', 'Tel02/C']) {
      const found: Sample[] = []
      for await (const page of archive.samples(point, start - 1e9, start + 1e12)) {
        found.push(...page)
      }
      assert.deepEqual(found, samplesOf(point))
    }
  })
}

test('an export that was broken off goes on where it ended, and leaves no halves', async (t) => {
  const { hmi, into, exports, manifest } = await open(t)
  assert.equal((await exports()).code, 0)
  const { files } = await manifest()
  for (const { path } of files.slice(1)) await rm(join(into, path))
  await writeManifest(into, {
    ...{ ...(await manifest()), complete: false },
    files: files.slice(0, 1),
  })
  hmi.state.breaks = 1
  const broken = await exports()
  assert.equal(broken.code, 3)
  assert.match(broken.err, /does not answer to the end[\s\S]*goes on where this one ended/)
  const [second] = files.slice(1)
  assert.deepEqual(await readdir(join(into, second?.path ?? '', '..')), [])
  assert.equal((await runMla(['import', into, '--check'], hmi.env)).code, 1)
  hmi.asked.length = 0
  assert.equal((await exports()).code, 0)
  assert.deepEqual(hmi.asked, [['Tel02/C'], ['Tel01/A', 'Tel01/B'], ['Tel02/C']])
  assert.deepEqual((await manifest()).files.map(({ sha256 }) => sha256).sort(), sums(files))
  assert.equal(existsSync(join(into, 'lock.socket')), false)
})

const sums = (files: Manifest['files']) => files.map(({ sha256 }) => sha256).sort()

test('a broken export of the last hours goes on with the hours it began with', async (t) => {
  const { hmi, into, manifest } = await open(t)
  const line = ['export', 'Tel02/C', '--from', '2h', '--into', into]
  hmi.state.breaks = 1
  assert.equal((await runMla(line, hmi.env)).code, 3)
  const { from, to } = await manifest().catch(() => ({ from: '', to: '' }))
  const again = await runMla(line, hmi.env)
  assert.equal(again.code, 0, again.err)
  assert.deepEqual([(await manifest()).from, (await manifest()).to], [from, to])
  // These hours are whole; now it is other hours.
  const later = await runMla(line, hmi.env)
  assert.equal(later.code, 2)
  assert.match(later.err, /holds another export, of .*, whole\n.*--into/)
})

test('a file that was lost or spoilt is found, and made anew', async (t) => {
  const { hmi, into, exports, manifest } = await open(t)
  await exports()
  const { files } = await manifest()
  hmi.asked.length = 0
  assert.equal((await exports()).code, 0)
  assert.equal(hmi.asked.length, 0)
  for (const spoil of [rm, (path: string) => writeFile(path, 'something else')]) {
    await spoil(join(into, files[3]?.path ?? ''))
    const checked = await runMla(['import', into, '--check'], hmi.env)
    assert.equal(checked.code, 1)
    assert.match(
      checked.err,
      /system=Tel02\S* is (missing|not what was exported)\n.*export it again/,
    )
    assert.equal((await exports()).code, 0)
    assert.equal((await runMla(['import', into, '--check'], hmi.env)).code, 0)
  }
  const other = await runMla(['export', 'Tel02/C', ...range, '--into', into], hmi.env)
  assert.equal(other.code, 2)
})

test('many rows become several files, in order, none lost between them', async (t) => {
  const held = Array.from({ length: 50 }, (_, p) =>
    samplesOf('Tel01/A').map((one) => ({ ...one, point: `Tel01/P${String(p).padStart(2, '0')}` })),
  ).flat()
  // Two million samples of a request are those of twenty points in two hours.
  const { hmi, into, manifest } = await open(t, held, { intervalMs: 72 })
  assert.equal((await runMla(['export', '**', ...range, '--into', into], hmi.env)).code, 0)
  const begun = { ...(await manifest()), files: [], complete: false }
  const out = createOutput(new PassThrough(), new PassThrough(), {
    ...{ json: false, colour: false, width: null },
  })
  const cli = { env: hmi.env, out, signal: new AbortController().signal, adapters: noAdapters }
  const { manifest: parts } = await writeExport(cli, into, begun, 100)
  assert.deepEqual(
    parts.files.map(({ day, part, points }) => [day.slice(-2), part, points]),
    [
      ...[20, 20, 10].map((points, part) => ['19', part, points]),
      ...[24, 24, 2].map((points, part) => ['20', part, points]),
    ],
  )
  const found: Sample[] = []
  for (const { path } of parts.files) {
    for await (const page of readTable(join(into, path), sampleTable.columns)) {
      for (const row of page) found.push(sampleOf(row))
    }
  }
  assert.equal(found.length, held.length)
})

test('points of which only rollups are left are told of', async (t) => {
  const { hmi, exports } = await open(t)
  hmi.state.isExpired = true
  const exported = await exports()
  assert.equal(exported.code, 1)
  assert.match(exported.err, /of 3 points, Tel01\/A among them, only rollups are left of some days/)
})

test('units are in the files', async (t) => {
  const { into, exports, manifest } = await open(t)
  await exports()
  const [file] = (await manifest()).files
  const text = await readFile(join(into, file?.path ?? ''), 'latin1')
  assert.match(text, /mla\.units/)
  assert.match(text, /"Tel01\/A":"deg"/)
})
