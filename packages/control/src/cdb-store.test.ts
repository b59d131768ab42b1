import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bus, mlaCdb } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { cdbSource, onTheBus } from './cdb-source.ts'
import { createCdbStore } from './cdb-store.ts'

const classes = (days: string) => ({
  path: 'archive-classes.yaml',
  text: `archiveClasses: {standard: {retentionDays: ${days}}}`,
})
const said = { by: 'anna', why: 'longer nights' }

test('a version that is good is published; one that is not is refused with its problems', async () => {
  await using bus = createMemoryBus()
  const store = createCdbStore(bus, {})
  const first = await store.publish([classes('10')], said, null)
  assert.ok(first.ok && first.version.number === 1)
  const broken = await store.publish([classes('often')], said, 1)
  assert.ok(!broken.ok)
  assert.match(broken.problems[0]?.message ?? '', /found "often"/)
  const [inForce] = await store.versions()
  assert.deepEqual([inForce?.number, inForce?.by, inForce?.why], [1, 'anna', 'longer nights'])
  assert.deepEqual(await store.files(1), [classes('10')])
  await assert.rejects(store.files(7), { code: 'QUERY_INVALID', message: /1 to 1 are/ })
})

test('who worked from an older version is told so', async () => {
  await using bus = createMemoryBus()
  const store = createCdbStore(bus, {})
  await store.publish([classes('10')], said, 0)
  await assert.rejects(store.publish([classes('20')], said, 0), {
    code: 'CDB_CONFLICT',
    message: /version 1 is in force, not 0/,
  })
})

test('of two that publish at the same moment one is told', async () => {
  await using bus = createMemoryBus()
  const both = Promise.withResolvers<void>()
  let arrived = 0
  /** Publishes when the other wants to as well. */
  const meeting: Pick<Bus, 'follow' | 'publish'> = {
    follow: bus.follow,
    async publish(topic, records) {
      if (++arrived === 2) both.resolve()
      await both.promise
      await bus.publish(topic, records)
    },
  }
  const outcomes = await Promise.allSettled([
    createCdbStore(meeting, {}, () => 1).publish([classes('10')], said, null),
    createCdbStore(meeting, {}, () => 2).publish([classes('20')], said, null),
  ])
  const [won, ...others] = outcomes.filter(({ status }) => status === 'fulfilled')
  assert.ok(won?.status === 'fulfilled' && won.value.ok && others.length === 0, 'one has won')
  const [inForce, ...more] = await createCdbStore(bus, {}).versions()
  assert.equal(inForce?.version, won.value.version.version, 'and its version is in force')
  assert.equal(more.length, 0)
})

test('components follow what is in force on the bus', async () => {
  await using bus = createMemoryBus()
  const store = createCdbStore(bus, {})
  await store.publish([classes('10')], said, null)
  const stop = new AbortController()
  const versions: string[] = []
  for await (const one of cdbSource(onTheBus, {}, bus)(stop.signal)) {
    if (!one.ok) continue
    versions.push(one.cdb.version)
    if (versions.length === 1) await store.publish([classes('20')], said, 1)
    else stop.abort()
  }
  assert.deepEqual(versions, ['1', '2'])
  assert.ok(bus.messages(mlaCdb.name).length > 0)
})
