import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTexts } from '@mla/cdb'
import { startCassandra, startKafka } from '@mla/stack'
import { flowing } from './system/faults.ts'
import { stopAndStart } from './system/rounds.ts'
import { settle } from './system/settle.ts'
import { smallCdb } from './system/small-cdb.ts'
import { createSystem } from './system/system.ts'

/**
 * The subsystem mon, stopped and started by its manager under load, over real servers, with the
 * configuration on the bus. The long form is `npm run bench -- control`.
 */
test('START and STOP lose nothing that was received, and each stop is a marked gap', async () => {
  await using kafka = await startKafka()
  await using cassandra = await startCassandra({ commitLog: 'batch' })
  using small = smallCdb(1)
  const cdbOnBus = (await readTexts(small.folder)) ?? []
  await using system = await createSystem({
    ...{ kafka, cassandra, cdbFolder: small.folder, cutSeconds: 10, cdbOnBus },
  })
  const began = Date.now() * 1000
  const { simulator, dispatcher, hmi, collector, manager } = system
  for (const service of [simulator, dispatcher, hmi, collector, manager]) await service.start()
  await flowing(system, 'the start')

  const rounds = 2
  await stopAndStart(system, { rounds, kafkaAwayEach: rounds, kafka, told() {} })
  assert.equal(await manager.stop(), 0)
  const { examples, ...found } = await settle(system, began, false)
  assert.equal(found.doubled, 0, `doubled: ${examples.join('; ')}`)
  assert.equal(found.differing, 0, `other content: ${examples.join('; ')}`)
  // What the server had queued when its session was closed was never received.
  assert.equal(found.lost, 0, `lost: ${examples.join('; ')}`)
  assert.equal(found.unexplained, 0, `missing without a marker: ${examples.join('; ')}`)
  const points = system.cdb.points.size
  // One for each stop, and one for the end of the collector.
  assert.ok(found.gapMarkers >= (rounds + 1) * points, `${found.gapMarkers} markers`)
})
