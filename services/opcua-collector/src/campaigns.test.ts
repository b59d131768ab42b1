import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { mlaState } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import type { Cdb } from '@mla/cdb'
import { type Campaign, documentOf } from '@mla/control'
import { silentLog } from '@mla/kit'
import { withCampaigns } from './campaigns.ts'
import { cdbOf, cdbStream, point, someTime, source } from './collector.fake-link.ts'

const minute = 60_000_000
const campaignOf = (more: Partial<Campaign> = {}): Campaign => ({
  ...{
    id: 'c1',
    points: ['Tel01/A'],
    intervalMs: 10,
    by: 'anna',
    why: 'vibrations',
    endedBy: null,
  },
  ...{ since: someTime, until: someTime + 10 * minute },
  ...more,
})
const filter = {
  unchanged: { band: { kind: 'absolute', value: 1 }, maxSilence: null },
  status: null,
  window: null,
} as const
const plant = (version: string) =>
  cdbOf(
    version,
    [source('Tel01')],
    [point('Tel01/A', { filter, deadband: { kind: 'absolute', value: 1 } }), point('Tel01/B')],
  )

/** A collector's configurations on a bus, with a clock that a test moves. */
function open(t: TestContext) {
  const bus = createMemoryBus()
  const stop = new AbortController()
  t.after(() => stop.abort())
  const clock = { now: someTime }
  const cdb = cdbStream()
  const now = () => clock.now
  const results = withCampaigns({ cdb, bus, log: silentLog, signal: stop.signal, now })
  const next = async (): Promise<Cdb> => {
    const { value } = await results.next()
    assert.ok(value?.ok)
    return value.cdb
  }
  const tell = async (campaign: Campaign) => {
    const record = documentOf(campaign, clock.now, 'anna')
    await bus.publish(mlaState, [{ key: record.key, record }])
  }
  return { bus, stop, clock, cdb, next, tell, results }
}

test('a campaign samples its points faster, and ends by itself', async (t) => {
  const { cdb, next, tell, clock } = open(t)
  cdb.push(plant('a'))
  assert.equal((await next()).points.get('Tel01/A')?.intervalMs, 1000)
  // The real clock waits for what the test's clock says: a millisecond.
  await tell(campaignOf({ until: someTime + 1000 }))
  const during = await next()
  assert.partialDeepStrictEqual(during.points.get('Tel01/A'), {
    ...{ intervalMs: 10, queueSize: 110, deadband: null, filter: null },
  })
  assert.deepEqual(during.points.get('Tel01/B'), point('Tel01/B'))
  clock.now = someTime + 1000
  const after = await next()
  // As before, but for the queue: values of the campaign may still be in it.
  assert.partialDeepStrictEqual(after.points.get('Tel01/A'), {
    ...{ intervalMs: 1000, queueSize: 110, filter, deadband: { kind: 'absolute', value: 1 } },
  })
})

test('a new configuration, and a start in the middle of it, keep a campaign', async (t) => {
  const { cdb, next, tell } = open(t)
  await tell(campaignOf())
  cdb.push(plant('a'))
  // Which of the two is heard of first is open.
  for (let one = await next(); one.points.get('Tel01/A')?.intervalMs !== 10; one = await next());
  cdb.push(plant('b'))
  const second = await next()
  assert.deepEqual([second.version, second.points.get('Tel01/A')?.intervalMs], ['b', 10])
})

test('of two campaigns the faster counts; one that is ended, ends', async (t) => {
  const { cdb, next, tell } = open(t)
  cdb.push(plant('a'))
  await next()
  await tell(campaignOf({ id: 'c1', intervalMs: 100, points: ['Tel01/A', 'Tel01/B'] }))
  assert.equal((await next()).points.get('Tel01/B')?.intervalMs, 100)
  await tell(campaignOf({ id: 'c2', intervalMs: 20 }))
  const both = await next()
  assert.deepEqual(
    both.points
      .values()
      .map(({ intervalMs }) => intervalMs)
      .toArray(),
    [20, 100],
  )
  await tell(campaignOf({ id: 'c2', intervalMs: 20, until: someTime, endedBy: 'anna' }))
  assert.equal((await next()).points.get('Tel01/A')?.intervalMs, 100)
})

test('a campaign that is slower, or of points that there are not, changes nothing', async (t) => {
  const { cdb, next, tell } = open(t)
  cdb.push(plant('a'))
  const before = await next()
  await tell(campaignOf({ intervalMs: 2000, points: ['Tel01/A', 'Tel09/X'] }))
  assert.deepEqual((await next()).points, before.points)
})

test('it ends when the collector does', async (t) => {
  const { cdb, next, stop, results } = open(t)
  cdb.push(plant('a'))
  await next()
  const waiting = results.next()
  stop.abort()
  assert.equal((await waiting).done, true)
})
