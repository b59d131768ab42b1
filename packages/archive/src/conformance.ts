import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gapMarker, microsPerDay, microsPerSecond, type Sample, timeOf } from '@mla/model'
import { awkwardSamples } from './conformance/awkward-samples.ts'
import type { Archive, LoggedBatch } from './port.ts'

export { describeAlarmArchive } from './conformance/alarms.ts'
export { awkwardSamples } from './conformance/awkward-samples.ts'
export { describeLogArchive } from './conformance/logs.ts'
export { describeRollups, rolledClass } from './conformance/rollups.ts'

type Open = () => Promise<Archive>

const start = Date.UTC(2026, 10, 20, 12) * 1000
let points = 0
/** A point that no other test, and no run before on the same archive, has used. */
const freshPoint = (): string => `Test/${process.pid}-${Date.now()}/Point${points++}`

const at = (point: string, seconds: number, change: Partial<Sample> = {}): Sample => ({
  point,
  sourceTime: start + seconds * microsPerSecond,
  serverTime: start + seconds * microsPerSecond + 1000,
  collectedTime: start + seconds * microsPerSecond + 250_000,
  type: 'double',
  value: seconds / 10,
  text: null,
  status: 0,
  ...change,
})

const series = (point: string, from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, i) => at(point, from + i))

let offset = 0
const logged = (samples: readonly Sample[]): LoggedBatch => ({
  offset: offset++,
  appendTime: start,
  size: samples.length * 80,
  samples,
})

/** Puts batches into the archive in one go and makes them durable. */
async function store(archive: Archive, ...batches: (readonly Sample[])[]): Promise<void> {
  const writer = archive.openWriter()
  await writer.append(0, batches.map(logged))
  await writer.flush()
}

const whole = [start - 3 * microsPerDay, start + 3 * microsPerDay] as const

async function allOf(archive: Archive, point: string): Promise<Sample[]> {
  const samples: Sample[] = []
  for await (const page of archive.samples(point, ...whole)) samples.push(...page)
  return samples
}

/** What any Archive must do. Every adapter's own test calls this with a way to open one. */
export function describeArchive(name: string, open: Open): void {
  const story = (title: string, tell: (archive: Archive, point: string) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      await using archive = await open()
      await tell(archive, freshPoint())
    })

  story('what was appended is there, each sample once, in order', async (archive, point) => {
    const samples = series(point, 0, 700)
    await store(archive, samples.slice(0, 300), samples.slice(300))
    assert.deepEqual(await allOf(archive, point), samples)
    assert.equal(await archive.count(point, ...whole), 700)
  })

  const duplicates: [title: string, batches: (s: Sample[]) => Sample[][]][] = [
    ['the same batch twice in one writer', (s) => [s, s]],
    ['batches that overlap', (s) => [s.slice(0, 60), s.slice(40)]],
    ['batches out of order', (s) => [s.slice(50), s.slice(0, 50)]],
    ['samples in reverse', (s) => [[...s].reverse()]],
  ]
  for (const [title, batches] of duplicates) {
    story(`${title} leave each sample once`, async (archive, point) => {
      const samples = series(point, 0, 100)
      await store(archive, ...batches(samples))
      assert.deepEqual(await allOf(archive, point), samples)
      assert.equal(await archive.count(point, ...whole), 100)
    })
  }

  story('a batch again by another writer counts once, also in buckets', async (archive, point) => {
    const samples = series(point, 0, 600)
    await store(archive, samples)
    await store(archive, samples.slice(200, 500))
    assert.equal(await archive.count(point, ...whole), 600)
    const [from, to] = [start, start + 3600 * microsPerSecond]
    const history = await archive.history({ point, from, to, maxPoints: 6 })
    assert.equal(
      history.buckets?.reduce((sum, { count }) => sum + count, 0),
      600,
    )
  })

  story('of many points each has its own, each once, in order', async (archive, point) => {
    const points = Array.from({ length: 30 }, (_, i) => `${point}/${i}`)
    const each = points.map((id) => series(id, 12 * 3600 - 50, 12 * 3600 + 50))
    await store(archive, each.flat(), each.slice(0, 10).flat())
    const wanted = [...points, `${point}/none`]
    const found = (await Array.fromAsync(archive.samplesOfMany(wanted, ...whole))).flat()
    for (const [i, id] of points.entries()) {
      assert.deepEqual(
        found.filter((sample) => sample.point === id),
        each[i],
      )
    }
    assert.equal(found.length, 3000)
    assert.deepEqual(await Array.fromAsync(archive.samplesOfMany([], ...whole)), [])
  })

  story('samples late by a day take their place', async (archive, point) => {
    await store(archive, series(point, 0, 10))
    const late = at(point, -86_400, { collectedTime: start })
    await store(archive, [late])
    assert.deepEqual(await allOf(archive, point), [late, ...series(point, 0, 10)])
    assert.deepEqual((await archive.latest([point])).get(point), at(point, 9))
  })

  story('samples on both sides of midnight UTC are in one range', async (archive, point) => {
    const samples = series(point, 12 * 3600 - 50, 12 * 3600 + 50)
    await store(archive, samples)
    assert.deepEqual(await allOf(archive, point), samples)
  })

  story(
    'two samples that differ only in value, status or server stamp are two',
    async (archive, point) => {
      const samples = [
        at(point, 0),
        at(point, 0, { value: 7 }),
        at(point, 0, { status: 0x40000000 }),
        at(point, 0, { serverTime: null }),
      ]
      await store(archive, samples)
      assert.equal((await allOf(archive, point)).length, 4)
    },
  )

  for (const [title, change] of awkwardSamples) {
    story(`keeps ${title} as it is`, async (archive, point) => {
      const sample = at(point, 0, change)
      await store(archive, [sample, at(point, 1)])
      assert.deepEqual((await allOf(archive, point))[0], sample)
    })
  }

  story('a gap marker stays in its place', async (archive, point) => {
    const gap = gapMarker(point, 'double', start + 5.5 * microsPerSecond)
    const samples = [...series(point, 0, 6), gap, ...series(point, 60, 70)]
    await store(archive, samples)
    assert.deepEqual(await allOf(archive, point), samples)
  })

  story('stamps from 1601, from the future, or none at all are kept', async (archive, point) => {
    const odd = [
      at(point, 1, { sourceTime: -11_644_473_600_000_000 }),
      at(point, 2, { sourceTime: Date.UTC(9999, 11, 31) * 1000 }),
      at(point, 3, { sourceTime: null }),
      at(point, 4, { sourceTime: null, serverTime: null }),
    ]
    await store(archive, odd)
    const found: Sample[] = []
    for await (const page of archive.samples(point, -(2 ** 54), 2 ** 58)) found.push(...page)
    assert.equal(found.length, 4)
    for (const sample of odd) assert.ok(found.some((one) => one.sourceTime === sample.sourceTime))
  })

  story('latest is the newest of each point, of many points', async (archive, point) => {
    const names = Array.from({ length: 50 }, (_, i) => `${point}/${i}`)
    await store(
      archive,
      names.flatMap((one, i) => series(one, 0, i + 1)),
    )
    const latest = await archive.latest([...names, `${point}/unknown`])
    assert.equal(latest.size, 50)
    for (const [i, one] of names.entries()) assert.deepEqual(latest.get(one), at(one, i))
  })

  story('latest at a past time is what was newest then', async (archive, point) => {
    await store(archive, series(point, 0, 100))
    const then = start + 41.5 * microsPerSecond
    assert.deepEqual((await archive.latest([point], then)).get(point), at(point, 41))
    assert.equal((await archive.latest([point], start - 1)).size, 0)
  })

  story('a stamp from the future does not shadow what comes after it', async (archive, point) => {
    const future = at(point, 5, { sourceTime: start + 2 * microsPerDay })
    await store(archive, [...series(point, 0, 5), future, ...series(point, 6, 9)])
    assert.deepEqual((await archive.latest([point])).get(point), at(point, 8))
  })

  story('ranges are half-open and may be empty', async (archive, point) => {
    await store(archive, series(point, 0, 10))
    const count = (from: number, to: number) =>
      archive.count(point, start + from * microsPerSecond, start + to * microsPerSecond)
    assert.deepEqual(await Promise.all([count(2, 5), count(0, 10), count(20, 30)]), [3, 10, 0])
  })

  story('history is raw where the samples are few', async (archive, point) => {
    await store(archive, series(point, 0, 100))
    const [from, to] = [start + 10 * microsPerSecond, start + 60 * microsPerSecond]
    const history = await archive.history({ point, from, to, maxPoints: 50 })
    assert.deepEqual(history.samples, series(point, 10, 60))
  })

  story(
    'history is buckets where they are many, with the true extremes',
    async (archive, point) => {
      const samples = series(point, 0, 3600).map((sample, i) =>
        i === 1800
          ? { ...sample, value: 1e6 }
          : i === 1801
            ? { ...sample, value: 1e9, status: 0x80000000 }
            : i === 1802
              ? { ...sample, value: Number.NaN }
              : sample,
      )
      for (let i = 0; i < 3600; i += 300) await store(archive, samples.slice(i, i + 300))
      const [from, to] = [start, start + 3600 * microsPerSecond]
      const { buckets } = await archive.history({ point, from, to, maxPoints: 10 })
      assert.ok(buckets && buckets.length <= 10)
      assert.equal(
        buckets.reduce((sum, { count }) => sum + count, 0),
        3600,
      )
      const spike = buckets.find(({ max }) => max === 1e6)
      assert.ok(spike, 'the spike is in a bucket, the BAD and the NaN sample are in none')
      assert.equal(Math.max(...buckets.map(({ max }) => max ?? 0)), 1e6)
      assert.deepEqual(buckets[0]?.first.value, 0)
      assert.deepEqual(buckets.at(-1)?.last.value, 359.9)
    },
  )

  story('buckets equal those computed from the raw samples', async (archive, point) => {
    const samples = Array.from({ length: 2000 }, (_, i) =>
      at(point, i * 7, { value: (i * 7919) % 1013 }),
    )
    for (let i = 0; i < 2000; i += 170) await store(archive, samples.slice(i, i + 170))
    const [from, to] = [start + 1000 * microsPerSecond, start + 13_000 * microsPerSecond]
    const history = await archive.history({ point, from, to, maxPoints: 30 })
    assert.ok(history.buckets, 'buckets')
    for (const bucket of history.buckets) {
      const begin = Math.max(from, bucket.time)
      const end: number = Math.min(to, bucket.time + history.widthMicros)
      const own = samples.filter((sample) => timeOf(sample) >= begin && timeOf(sample) < end)
      const values = own.map(({ value }) => value as number)
      assert.equal(bucket.count, own.length)
      assert.equal(bucket.min, Math.min(...values))
      assert.equal(bucket.max, Math.max(...values))
      const mean = values.reduce((a, b) => a + b) / values.length
      assert.ok(Math.abs((bucket.mean ?? 0) - mean) < 1e-9)
      assert.deepEqual([bucket.first.value, bucket.last.value], [values[0], values.at(-1)])
    }
  })

  story('buckets of texts have first and last but no extremes', async (archive, point) => {
    const samples = series(point, 0, 100).map((sample, i) => ({
      ...sample,
      type: 'string' as const,
      value: `s${i}`,
    }))
    await store(archive, samples)
    const [from, to] = [start, start + 100 * microsPerSecond]
    const { buckets } = await archive.history({ point, from, to, maxPoints: 1 })
    assert.deepEqual(
      buckets?.map(({ count, min, first, last }) => [count, min, first.value, last.value]),
      [[100, null, 's0', 's99']],
    )
  })

  story('an overlay joins without gap or double', async (archive, point) => {
    const samples = series(point, 0, 400)
    await store(archive, samples.slice(0, 300))
    const overlay = samples.slice(250)
    const [from, to] = [start, start + 400 * microsPerSecond]
    const raw = await archive.history({ point, from, to, maxPoints: 1000, overlay })
    assert.deepEqual(raw.samples, samples)
    const coarse = await archive.history({ point, from, to, maxPoints: 5, overlay })
    assert.equal(
      coarse.buckets?.reduce((sum, { count }) => sum + count, 0),
      400,
    )
  })

  story('a point that never was has nothing', async (archive, point) => {
    const history = await archive.history({ point, from: start, to: start + 1e6, maxPoints: 10 })
    assert.deepEqual(history.samples, [])
    assert.equal((await archive.latest([point])).size, 0)
  })
}
