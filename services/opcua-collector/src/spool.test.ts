import assert from 'node:assert/strict'
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { monSamples } from '@mla/bus'
import { lockFolder } from '@mla/kit'
import { isGapMarker, MlaError, type SampleBatch } from '@mla/model'
import { point, someTime, value } from './collector.fake-link.ts'
import { createBatcher, type Entry } from './entry.ts'
import { rulesOf, sampleOf } from './normalise.ts'
import { openSpool, type Spool } from './spool.ts'

const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const rules = rulesOf(point('Tel01/A'))

/** Makes entries of `samples` samples each, whose values count on. */
function entrySource() {
  const batch = createBatcher('collector', someTime)
  let next = 0
  return (samples = 1): Entry => {
    const list = Array.from({ length: samples }, () => {
      const time = someTime + next
      return sampleOf(rules, value('Tel01/A', { value: next++, sourceTime: time }), null, time)
    })
    const [entry] = batch({ source: 'Tel01', index: 0, partition: 5 }, list, someTime)
    assert.ok(entry)
    return entry
  }
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mla-spool-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Told {
  shed: number
  damaged: number
}

const opened = (folder: string, told: Told, maxBytes = 1e9, fileBytes = 600): Promise<Spool> =>
  openSpool(
    { folder, maxBytes, fileBytes },
    {
      shed: (samples) => {
        told.shed += samples
      },
      damaged: () => {
        told.damaged++
      },
    },
  )

const batchOf = (entry: Entry): SampleBatch => monSamples.decode(entry.bytes)

async function drain(spool: Spool): Promise<Entry[]> {
  const all: Entry[] = []
  for (let group = await spool.peek(); group !== null; group = await spool.peek()) {
    all.push(...group)
    await spool.consume()
  }
  return all
}

for (let seed = 1; seed <= 60; seed++) {
  test(`whatever is appended, consumed, killed and torn, order holds and nothing is lost (${seed})`, () =>
    inFolder(async (folder) => {
      const chance = random(seed)
      const told: Told = { shed: 0, damaged: 0 }
      const make = entrySource()
      let spool = await opened(folder, told)
      const safe: number[] = []
      const got: number[] = []
      const torn = new Set<string>()
      for (let step = 0; step < 60; step++) {
        const dice = chance()
        if (dice < 0.5) {
          const group = Array.from({ length: 1 + Math.floor(chance() * 4) }, () => make())
          await spool.append(group)
          safe.push(...group.map((entry) => batchOf(entry).sequence))
        } else if (dice < 0.85) {
          const group = await spool.peek()
          got.push(...(group ?? []).map((entry) => batchOf(entry).sequence))
          await spool.consume()
        } else {
          await tear(folder, chance, torn)
          spool = await opened(folder, told)
        }
      }
      got.push(...(await drain(spool)).map((entry) => batchOf(entry).sequence))
      assert.deepEqual(firstSeen(got), safe)
      assert.deepEqual(told, { shed: 0, damaged: 0 })
      assert.equal(spool.isEmpty, true)
      assert.deepEqual(await readdir(folder), [])
    }))
}

/** As a redelivery is recognised: what is not above the last was seen. */
function firstSeen(sequences: readonly number[]): number[] {
  const seen: number[] = []
  for (const sequence of sequences) if (sequence > (seen.at(-1) ?? -1)) seen.push(sequence)
  return seen
}

/** What a kill in the middle of a write leaves: the begin of a frame behind the last whole one. */
async function tear(folder: string, chance: () => number, done: Set<string>): Promise<void> {
  const last = (await readdir(folder)).sort().at(-1)
  // A file of an earlier life is never written to again.
  if (last === undefined || done.has(last) || chance() < 0.3) return
  done.add(last)
  const path = join(folder, last)
  const bytes = await readFile(path)
  const first = bytes.subarray(0, 12 + bytes.readUInt32LE(4))
  const begun = first.subarray(0, Math.floor(chance() * first.length))
  await writeFile(path, Buffer.concat([bytes, begun]))
}

test('a damaged frame is skipped and told, those around it come', () =>
  inFolder(async (folder) => {
    const told: Told = { shed: 0, damaged: 0 }
    const make = entrySource()
    const writing = await opened(folder, told, 1e9, 1e6)
    const sizes: number[] = []
    for (let i = 0; i < 5; i++) {
      await writing.append([make()])
      sizes.push(writing.bytes)
    }
    const [name = ''] = await readdir(folder)
    const file = await open(join(folder, name), 'r+')
    await file.write(Buffer.from([0xff, 0xff, 0xff]), 0, 3, (sizes[1] ?? 0) + 20)
    await file.close()
    const reading = await opened(folder, told)
    assert.deepEqual(
      (await drain(reading)).map((entry) => batchOf(entry).sequence),
      [0, 1, 3, 4],
    )
    assert.equal(told.damaged, 1)
  }))

test('a damaged length does not take the rest of the file with it', () =>
  inFolder(async (folder) => {
    const told: Told = { shed: 0, damaged: 0 }
    const make = entrySource()
    const writing = await opened(folder, told, 1e9, 1e6)
    for (let i = 0; i < 3; i++) await writing.append([make()])
    const [name = ''] = await readdir(folder)
    const file = await open(join(folder, name), 'r+')
    await file.write(Buffer.from([0xff, 0xff, 0xff, 0x7f]), 0, 4, 4)
    await file.close()
    const sequences = (await drain(await opened(folder, told))).map((one) => batchOf(one).sequence)
    assert.deepEqual(sequences, [1, 2])
    assert.equal(told.damaged, 1)
  }))

test('at its bound the oldest samples make room, and a marker shows where they were', () =>
  inFolder(async (folder) => {
    const told: Told = { shed: 0, damaged: 0 }
    const make = entrySource()
    const spool = await opened(folder, told, 6000, 500)
    for (let i = 0; i < 200; i++) {
      await spool.append([make(10)])
      assert.ok(spool.bytes <= 6000)
    }
    const batches = (await drain(spool)).map(batchOf)
    const samples = batches.flatMap((batch) => batch.samples)
    const values = samples.filter((one) => !isGapMarker(one)).map((one) => Number(one.value))
    assert.equal(values.length + told.shed, 2000)
    assert.equal(values.at(-1), 1999)
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    )
    const markers = samples.filter(isGapMarker)
    assert.equal(markers.length, 1)
    const hole = samples.findIndex(isGapMarker)
    assert.equal(markers[0]?.collectedTime, someTime + Number(samples[hole - 1]?.value) + 1)
    const sequences = batches.map((batch) => batch.sequence)
    assert.deepEqual(firstSeen(sequences), sequences)
  }))

test('what an earlier life left comes first, with its own numbers', () =>
  inFolder(async (folder) => {
    const told: Told = { shed: 0, damaged: 0 }
    const make = entrySource()
    const before = await opened(folder, told)
    await before.append([make(), make()])
    const after = await opened(folder, told)
    await after.append([make()])
    const entries = await drain(after)
    assert.deepEqual(
      entries.map((entry) => [entry.key, entry.partition, batchOf(entry).sequence]),
      [0, 1, 2].map((sequence) => ['Tel01.0', 5, sequence]),
    )
  }))

test('a folder that cannot be written is told by each append, and heals', () =>
  inFolder(async (folder) => {
    const told: Told = { shed: 0, damaged: 0 }
    const make = entrySource()
    const inTheWay = join(folder, 'spool')
    await writeFile(inTheWay, 'a file where the folder should be')
    const spool = await opened(inTheWay, told)
    await assert.rejects(spool.append([make()]), isSpoolFailed)
    assert.equal(spool.isEmpty, true)
    await rm(inTheWay)
    await spool.append([make()])
    assert.deepEqual(
      (await drain(spool)).map((entry) => batchOf(entry).sequence),
      [1],
    )
  }))

test('a folder has one user, and is free again when that has gone', () =>
  inFolder(async (folder) => {
    const first = await lockFolder(folder)
    await assert.rejects(lockFolder(folder), /in use by another collector.*MLA_DATA/)
    await first[Symbol.asyncDispose]()
    const second = await lockFolder(folder)
    await second[Symbol.asyncDispose]()
  }))

const isSpoolFailed = (error: unknown): boolean =>
  error instanceof MlaError && error.code === 'SPOOL_FAILED'
