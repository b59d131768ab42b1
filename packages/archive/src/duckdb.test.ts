import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { microsPerDay, type Sample } from '@mla/model'
import {
  describeAlarmArchive,
  describeArchive,
  describeLogArchive,
  describeRollups,
  rolledClass,
} from './conformance.ts'
import { openDuckdb } from './duckdb.ts'

const open = () => openDuckdb({ path: ':memory:' }, { classes: [], classOf: () => 'standard' })

describeArchive('duckdb', open)
describeLogArchive('duckdb', open)
describeAlarmArchive('duckdb', open)
describeRollups('duckdb', () =>
  openDuckdb({ path: ':memory:' }, { classes: [rolledClass], classOf: () => 'standard' }),
)

const start = Date.UTC(2026, 10, 17) * 1000
const point = 'Array/Weather/Temperature'
const sampleAt = (time: number, value: number): Sample => ({
  ...{ point, sourceTime: time, serverTime: null, collectedTime: time, type: 'double', value },
  ...{ text: null, status: 0 },
})

test('duckdb: a new process rolls up what the last one left, and rollups outlive samples', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mla-duckdb-'))
  let now = start
  const open = () =>
    openDuckdb(
      { path: join(folder, 'archive.duckdb'), maxRetentionDays: 4 },
      { classes: [rolledClass], classOf: () => 'standard', nowMs: () => now / 1000 },
    )
  try {
    const samples = Array.from({ length: 2000 }, (_, i) => sampleAt(start + i * 60e6, i % 100))
    {
      await using archive = await open()
      const writer = archive.openWriter()
      await writer.append(0, [{ offset: 0, appendTime: start, size: 1, samples }])
      await writer.flush()
    }
    now = start + 3 * microsPerDay
    await using archive = await open()
    assert.deepEqual(await archive.rollUp(now), { rolled: 2, due: 0, late: 0 })
    now = start + 9 * microsPerDay
    await archive.expire(now)
    const range = { point, from: start, to: start + 2 * microsPerDay }
    assert.equal(await archive.count(point, range.from, range.to), 0)
    const { tier, buckets } = await archive.history({ ...range, maxPoints: 10 })
    assert.equal(tier, '1h')
    assert.equal(
      buckets?.reduce((sum, { count }) => sum + count, 0),
      2000,
    )
    // However near one looks: what is left is shown, not nothing.
    const near = { point, from: start + 70e6, to: start + 200e6 }
    const close = await archive.history({ ...near, maxPoints: 1000 })
    assert.deepEqual([close.tier, close.buckets?.length], ['1m', 3])
    // A sample that comes after all this leaves the rollup of its day as it is.
    const writer = archive.openWriter()
    const late = [sampleAt(start + 1, 1e6)]
    await writer.append(0, [{ offset: 1, appendTime: now, size: 1, samples: late }])
    await writer.flush()
    assert.equal((await archive.rollUp(now + microsPerDay)).late, 1)
    const after = await archive.history({ ...range, maxPoints: 10 })
    assert.deepEqual(after.buckets, buckets)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
