import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readTable } from '@mla/archive/parquet'
import { derivedPointsOf, describePoint, loadCdb } from '@mla/cdb'
import { formatTime, type Sample, timeOf } from '@mla/model'
import { createProcessor } from '@mla/processing'
import { noAdapters, runMla } from './cli.fixture.ts'
import { readManifest } from './transfer/manifest.ts'
import { sampleOf, sampleTable } from './transfer/sample-rows.ts'
import { openHmi } from './transfer.fixture.ts'

const files: Readonly<Record<string, string>> = {
  'sources.yaml': `sources: {plc: {endpoint: 'opc.tcp://h:4840/x', nodeId: 'nsu=urn:a;s={path}', lanes: [0, 1]}}`,
  'archive-classes.yaml': 'archiveClasses: {standard: {retentionDays: 10}}',
  'points/p.yaml': `
source: plc
points:
  A/B: {type: double, unit: kW}
  A/C: {type: double, unit: kW, intervalMs: 60000}
  A/Mean: {type: double, unit: kW, derived: {window: {of: B, every: 1m, give: mean}, allowance: 5s}}
  A/High: {type: boolean, derived: {compare: {of: Mean, above: 52, clear: 51}}}
  A/Sum: {type: double, unit: kW, derived: {expression: b + c, of: {b: B, c: C}, allowance: 5s}}
  A/Even: {type: double, derived: {resample: {of: B, every: 10s, method: LINEAR, maxHold: 1m}, allowance: 5s}}
`,
}
const second = 1_000_000
const start = Date.UTC(2026, 10, 20, 22) * 1000
const hours = 4
const sampleAt = (point: string, i: number, every: number, value: number): Sample => {
  const time = start + i * every * second + (i % 7) * 1000
  return {
    ...{ point, sourceTime: time, serverTime: time, collectedTime: time + 300_000 },
    ...{ type: 'double', value, text: null, status: i % 97 === 5 ? 0x80000000 : 0 },
  }
}
const samples = [
  ...Array.from({ length: hours * 3600 }, (_, i) =>
    sampleAt('A/B', i, 1, i % 61 === 0 ? Number.NaN : 50 + 5 * Math.sin(i / 900) + (i % 10) / 10),
  ),
  ...Array.from({ length: hours * 60 }, (_, i) => sampleAt('A/C', i, 60, i)),
]
const [from, to] = [start + 3600 * second, start + 3 * 3600 * second]
const range = ['--from', formatTime(from), '--to', formatTime(to)]

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'mla-replay-'))
  const hmi = await openHmi(samples)
  t.after(async () => {
    await hmi[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'cdb', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
  const mla = (...words: readonly string[]) =>
    runMla(words, { ...hmi.env, MLA_CDB: join(folder, 'cdb') }, noAdapters)
  return { folder, mla, into: join(folder, 'out') }
}

/** By point and time. */
async function exported(folder: string): Promise<Map<string, Sample>> {
  const manifest = await readManifest(folder)
  const found = new Map<string, Sample>()
  for (const { path } of manifest?.files ?? []) {
    for await (const page of readTable(join(folder, path), sampleTable.columns)) {
      for (const row of page) {
        const sample = sampleOf(row)
        found.set(`${sample.point} ${timeOf(sample)}`, sample)
      }
    }
  }
  return found
}

/** What the dispatcher makes of the same samples, as they came: in lanes, some up to 4 s late. */
async function live(cdbFolder: string): Promise<Map<string, Sample>> {
  const loaded = await loadCdb(cdbFolder, {})
  assert.ok(loaded.ok)
  const { cdb } = loaded
  const processor = createProcessor({
    points: derivedPointsOf(cdb),
    describe: (id) => describePoint(cdb, id),
  })
  const late = ({ collectedTime }: Sample, i: number) =>
    collectedTime + (i % 13 === 0 ? 4 * second : 0)
  const arrived = samples
    .map((sample, i) => ({ ...sample, collectedTime: late(sample, i) }))
    .sort((a, b) => a.collectedTime - b.collectedTime)
  const made = new Map<string, Sample>()
  for (const sample of arrived) {
    const batch = { lane: sample.point, samples: [sample] }
    for (const one of processor.take(batch, sample.collectedTime)) {
      const time = timeOf(one)
      if (time >= from && time < to) made.set(`${one.point} ${time}`, one)
    }
  }
  return made
}

const whatCounts = (all: ReadonlyMap<string, Sample>): Map<string, unknown> =>
  new Map(
    [...all.keys()].sort().map((key) => {
      const { type, value, status } = all.get(key) ?? {}
      return [key, { type, value, status }]
    }),
  )

test('a replay of the archive, and of an export, gives what was made as it came', async (t) => {
  const { folder, mla, into } = await open(t)
  const replayed = await mla('replay', 'A/**', ...range, '--into', into)
  assert.equal(replayed.code, 0, replayed.err)
  const made = await exported(into)
  const expected = whatCounts(await live(join(folder, 'cdb')))
  // The first value of a comparison, and its repetitions, depend on where it begins.
  const but = (name: string, all: ReadonlyMap<string, unknown>) =>
    new Map([...all].filter(([key]) => !key.startsWith(name)))
  assert.deepEqual(but('A/High', whatCounts(made)), but('A/High', expected))
  assert.ok(expected.size > 7_000)

  const all = ['export', 'A/*', '--from', formatTime(start), '--to', formatTime(to + 600 * second)]
  const out = join(folder, 'raw')
  assert.equal((await mla(...all, '--into', out)).code, 0)
  const again = join(folder, 'again')
  const fromFiles = await mla('replay', 'A/**', ...range, '--into', again, '--samples', out)
  assert.equal(fromFiles.code, 0, fromFiles.err)
  assert.deepEqual(whatCounts(await exported(again)), whatCounts(made))
})

test('a replay makes what is named, by rules that were changed', async (t) => {
  const { folder, mla, into } = await open(t)
  const path = join(folder, 'cdb/points/p.yaml')
  await writeFile(path, files['points/p.yaml']?.replace('give: mean', 'give: max') ?? '')
  assert.equal((await mla('replay', 'A/Mean', ...range, '--into', into)).code, 0)
  const made = [...(await exported(into)).values()]
  assert.equal(made.length, 120)
  assert.ok(made.every(({ point }) => point === 'A/Mean'))
  const expected = samples
    .filter((one) => one.point === 'A/B' && timeOf(one) >= from && timeOf(one) < from + 60 * second)
    .filter(({ value, status }) => Number.isFinite(value) && status === 0)
  const first = made.find((one) => timeOf(one) === from + 60 * second)
  assert.equal(first?.value, Math.max(...expected.map(({ value }) => Number(value))))
})

test('a replay that means nothing says so', async (t) => {
  const { mla, into } = await open(t)
  const none = await mla('replay', 'A/B', ...range, '--into', into)
  assert.equal(none.code, 1)
  assert.match(none.err, /no derived point is A\/B\n.*"derived"/)
  assert.equal((await mla('replay', 'A/Mean', ...range, '--into', into)).code, 0)
  const again = await mla('replay', 'A/Mean', ...range, '--into', into)
  assert.equal(again.code, 2)
  assert.match(again.err, /holds samples already\n.*--into/)
  const missing = await mla('replay', 'A/Mean', ...range, '--into', `${into}2`, '--samples', into)
  assert.equal(missing.code, 1)
  assert.match(missing.err, /has no A\/B, which is needed/)
})
