import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Micros, microsPerDay, microsPerSecond, type Sample } from '@mla/model'
import type { Archive, ArchiveClass, Bucket, LoggedBatch } from '../port.ts'

const minute = 60 * microsPerSecond

/** The class that an adapter's test opens its archive with, for points of any name. */
export const rolledClass: ArchiveClass = {
  name: 'standard',
  retentionDays: null,
  rollups: [1, 10, 60].map((width) => ({ widthMicros: width * minute, retentionDays: null })),
}

const start = Date.UTC(2026, 10, 17) * 1000
const days = 4
const [from, to] = [start, start + days * microsPerDay]
/** When all of these days are over and lie still. */
const later = Math.max(start, Date.now() * 1000) + 6 * microsPerDay
let points = 0
const freshPoint = (): string => `Test/${process.pid}-${Date.now()}/Rolled${points++}`

/** Numbers in [0, 1), the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const sampleAt = (point: string, time: Micros, change: Partial<Sample> = {}): Sample => ({
  ...{ point, sourceTime: time, serverTime: null, collectedTime: time + 250_000 },
  ...{ type: 'double', value: 0, text: null, status: 0, ...change },
})

/** Four days of irregular samples with gaps, BAD ones and NaN; copies and disorder within them. */
function wildSeries(point: string): Sample[] {
  const random = seeded(7)
  const samples: Sample[] = []
  for (let time = from + 1; time < to; ) {
    const isGap = random() < 0.002
    time += Math.floor((isGap ? 7200 : 30 + random() * 60) * microsPerSecond)
    if (time >= to) break
    const odd = random()
    const value = odd < 0.01 ? Number.NaN : Math.round((random() - 0.3) * 10_000) / 100
    samples.push(sampleAt(point, time, { value, status: odd > 0.98 ? 0x80000000 : 0 }))
    if (random() < 0.02) samples.push(samples[Math.floor(random() * samples.length)] as Sample)
  }
  return samples
}

let offset = 0
const logged = (samples: readonly Sample[]): LoggedBatch => ({
  ...{ offset: offset++, appendTime: start, size: samples.length * 80, samples },
})

async function store(archive: Archive, samples: readonly Sample[]): Promise<void> {
  for (let i = 0; i < samples.length; i += 500) {
    const writer = archive.openWriter()
    await writer.append(0, [logged(samples.slice(i, i + 500))])
    await writer.flush()
  }
}

async function rollAll(archive: Archive): Promise<number> {
  let all = 0
  for (;;) {
    const { rolled } = await archive.rollUp(later)
    if (rolled === 0) return all
    all += rolled
  }
}

const bucketsOf = async (archive: Archive, point: string, range: [Micros, Micros] = [from, to]) => {
  const [from, to] = range
  const { tier, buckets } = await archive.history({ point, from, to, maxPoints: 50 })
  assert.ok(buckets, 'buckets')
  return { tier, buckets }
}

/** What people see of a bucket; sums may differ in the last places. */
const shown = (buckets: readonly Bucket[]) =>
  buckets.map(({ time, count, min, max, mean, first, last }) => ({
    ...{ time, count, min, max, first: first.value, last: last.value },
    mean: mean === null ? null : Number(mean.toPrecision(9)),
  }))

/** What any Archive must do with rollups; `open` opens one whose points are all of `rolledClass`. */
export function describeRollups(name: string, open: () => Promise<Archive>): void {
  const story = (title: string, tell: (archive: Archive, point: string) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      await using archive = await open()
      await tell(archive, freshPoint())
    })

  const ranges: [title: string, range: [Micros, Micros]][] = [
    ['whole days', [from, to]],
    ['a range that begins and ends within a bucket', [from + 12_345_678, to - 3_987_654_321]],
    ['a part of a day', [from + 5 * 3600e6, from + 19 * 3600e6 + 1]],
  ]
  for (const [title, range] of ranges) {
    story(`${title}: rolled up is what it was before`, async (archive, point) => {
      await store(archive, wildSeries(point))
      const before = await bucketsOf(archive, point, range)
      assert.ok((await rollAll(archive)) >= days)
      const after = await bucketsOf(archive, point, range)
      assert.equal(before.tier, 'raw')
      assert.match(after.tier, /^(1m|10m|1h)$/)
      assert.deepEqual(shown(after.buckets), shown(before.buckets))
    })
  }

  story('a late sample counts at once, and when it is rolled up', async (archive, point) => {
    await store(archive, wildSeries(point))
    await rollAll(archive)
    const before = await bucketsOf(archive, point)
    const late = sampleAt(point, from + microsPerDay + 77, { value: 1e6 })
    await store(archive, [late])
    for (const step of ['at once', 'rolled up']) {
      const { buckets } = await bucketsOf(archive, point)
      assert.equal(Math.max(...buckets.map(({ max }) => max ?? 0)), 1e6, step)
      assert.equal(total(buckets), total(before.buckets) + 1, step)
      await rollAll(archive)
    }
  })

  story('samples that come again count once, rolled up or not', async (archive, point) => {
    const samples = wildSeries(point)
    await store(archive, samples)
    await rollAll(archive)
    const before = shown((await bucketsOf(archive, point)).buckets)
    await store(archive, samples.slice(700, 1900))
    assert.deepEqual(shown((await bucketsOf(archive, point)).buckets), before)
    await rollAll(archive)
    const after = await bucketsOf(archive, point)
    assert.deepEqual(shown(after.buckets), before)
    assert.notEqual(after.tier, 'raw')
  })

  story('an overlay over rolled-up days counts once', async (archive, point) => {
    const samples = wildSeries(point)
    await store(archive, samples)
    await rollAll(archive)
    const before = shown((await bucketsOf(archive, point)).buckets)
    const overlay = samples.slice(-400)
    const { buckets } = await archive.history({ point, from, to, maxPoints: 50, overlay })
    assert.deepEqual(shown(buckets ?? []), before)
  })

  story('buckets have the width that is asked for, few or many', async (archive, point) => {
    await store(archive, wildSeries(point))
    const widths = [60 * minute, 120 * minute, 7 * minute, 30 * microsPerSecond]
    const read = (widthMicros: Micros) =>
      archive.history({ point, from, to, maxPoints: 1, widthMicros })
    const before = await Promise.all(widths.map(read))
    await rollAll(archive)
    for (const [i, width] of widths.entries()) {
      const { tier, buckets } = await read(width)
      assert.equal(tier, ['1h', '1h', '1m', 'raw'][i])
      assert.deepEqual(shown(buckets ?? []), shown(before[i]?.buckets ?? []))
      assert.ok(buckets?.every(({ time }) => time % width === 0))
    }
  })

  story('few samples are answered raw from rolled-up days, too', async (archive, point) => {
    const samples = wildSeries(point).slice(0, 40)
    await store(archive, samples)
    await rollAll(archive)
    const { samples: found } = await archive.history({ point, from, to, maxPoints: 50 })
    assert.ok(found && found.length > 30)
  })

  story('texts keep their first and last in rollups', async (archive, point) => {
    const samples = Array.from({ length: 200 }, (_, i) =>
      sampleAt(point, from + i * 20 * minute, { type: 'string', value: `s${i}` }),
    )
    await store(archive, samples)
    const before = shown((await bucketsOf(archive, point)).buckets)
    await rollAll(archive)
    const after = await bucketsOf(archive, point)
    assert.deepEqual(shown(after.buckets), before)
    assert.deepEqual([after.tier, before[0]?.first], ['1h', 's0'])
  })

  story('percentiles are within their accuracy, rolled up or not', async (archive, point) => {
    const samples = wildSeries(point)
    await store(archive, samples)
    const [low, high] = [from + 5_000_000_000, to - 90 * 60 * microsPerSecond]
    const shares = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1]
    const exact = [...new Map(samples.map((one) => [one.sourceTime, one])).values()]
      .filter(({ sourceTime, status }) => {
        return sourceTime !== null && sourceTime >= low && sourceTime < high && status === 0
      })
      .map(({ value }) => Number(value))
      .filter((value) => Number.isFinite(value))
      .sort((a, b) => a - b)
    for (const tier of ['raw', '1h']) {
      const found = await archive.quantiles({ point, from: low, to: high, shares })
      assert.deepEqual([found.tier, found.count], [tier, exact.length])
      for (const [i, share] of shares.entries()) {
        const wanted = exact[Math.floor(share * (exact.length - 1))] ?? 0
        const wrong = Math.abs((found.values[i] ?? Number.NaN) - wanted)
        assert.ok(wrong <= found.accuracy * Math.abs(wanted) + 1e-9, `${tier} ${share}: ${wrong}`)
      }
      await rollAll(archive)
    }
  })

  story('a point without samples has no percentiles', async (archive, point) => {
    const found = await archive.quantiles({ point, from, to, shares: [0.5] })
    assert.deepEqual([found.count, found.values], [0, [null]])
  })
}

const total = (buckets: readonly Bucket[]): number =>
  buckets.reduce((sum, { count }) => sum + count, 0)
