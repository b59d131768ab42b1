import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { microsPerDay } from '@mla/model'
import { runMla } from './cli.fixture.ts'
import { readManifest } from './transfer/manifest.ts'
import { openHmi, samplesOf, start } from './transfer.fixture.ts'

/** Samples of yesterday and the day before it, a data centre of three days, and `mla offsite`. */
async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'mla-offsite-'))
  const today = Math.floor((Date.now() * 1000) / microsPerDay) * microsPerDay
  const shift =
    today - microsPerDay - Math.floor((start + microsPerDay) / microsPerDay) * microsPerDay
  const held = samplesOf('Tel01/A').map((one) => ({
    ...{ ...one, collectedTime: one.collectedTime + shift },
    sourceTime: one.sourceTime === null ? null : one.sourceTime + shift,
    serverTime: one.serverTime === null ? null : one.serverTime + shift,
  }))
  const hmi = await openHmi(held)
  t.after(async () => {
    await hmi[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
  const into = join(folder, 'dc')
  const mla = (...words: readonly string[]) =>
    runMla(['offsite', '**', '--into', into, '--keep', '4d', '--settle', '1ms', ...words], hmi.env)
  const dates = [-3, -2, -1].map((n) =>
    new Date((today + n * microsPerDay) / 1000).toISOString().slice(0, 10),
  )
  return { hmi, into, mla, dates }
}

const states = (out: string): string[] =>
  [...out.matchAll(/^(\S+) +(\w+) +(\d+)/gm)].flatMap(([, day, state, rows]) =>
    day?.startsWith('2') ? [`${state} ${rows}`] : [],
  )

test('days that are over are moved once, and are found whole', async (t) => {
  const { hmi, into, mla, dates } = await open(t)
  const before = await mla('--status')
  assert.equal(before.code, 1)
  assert.deepEqual(states(before.out), ['missing 0', 'missing 0', 'missing 0'])
  assert.match(before.err, new RegExp(`the archive drops ${dates[0]} within 3 days`))
  const moved = await mla()
  assert.equal(moved.code, 0, moved.err)
  assert.deepEqual(states(moved.out), ['whole 0', 'whole 120', 'whole 90'])
  hmi.asked.length = 0
  assert.equal((await mla()).code, 0)
  assert.equal(hmi.asked.length, 0)
  assert.equal((await mla('--status', '--verify')).code, 0)

  const day = join(into, dates[1] ?? '')
  const [file] = (await readManifest(day))?.files ?? []
  await writeFile(join(day, file?.path ?? ''), 'something else')
  const spoilt = await mla('--status', '--verify')
  assert.equal(spoilt.code, 1)
  assert.deepEqual(states(spoilt.out), ['whole 0', 'spoilt 120', 'whole 90'])
  const mended = await mla('--verify')
  assert.equal(mended.code, 0)
  assert.deepEqual(states(mended.out), ['whole 0', 'whole 120', 'whole 90'])
  assert.ok(hmi.asked.length > 0)
})

test('a day that was broken off goes on the next time', async (t) => {
  const { hmi, mla } = await open(t)
  hmi.state.breaks = 1
  const broken = await mla()
  assert.equal(broken.code, 3)
  assert.deepEqual(states((await mla('--status')).out), ['begun 0', 'missing 0', 'missing 0'])
  assert.equal((await mla()).code, 0)
})
