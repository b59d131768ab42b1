import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startCassandra, startKafka } from '@mla/stack'
import { faultStories, flowing } from './system/faults.ts'
import { settle } from './system/settle.ts'
import { smallCdb } from './system/small-cdb.ts'
import { createSystem } from './system/system.ts'

const kafka = await startKafka()
after(() => kafka[Symbol.asyncDispose]())
const cassandra = await startCassandra({ commitLog: 'batch' })
after(() => cassandra[Symbol.asyncDispose]())

/**
 * The whole path, and one fault after another, with one telescope's points. The long form, with all
 * nine and outages of 30 s, is `npm run bench -- faults`.
 */
for (const makesGaps of [false, true]) {
  const stories = faultStories.filter((story) => story.makesGaps === makesGaps)
  const names = stories.map(({ name }) => name).join(', then ')

  test(`${names}: ${makesGaps ? 'what is missing is marked' : 'nothing is missing'}`, async () => {
    using cdb = smallCdb(1)
    const cdbFolder = cdb.folder
    await using system = await createSystem({ kafka, cassandra, cdbFolder, cutSeconds: 10 })
    const began = Date.now() * 1000
    const { simulator, dispatcher, hmi, collector } = system
    for (const service of [simulator, dispatcher, hmi, collector]) await service.start()
    await flowing(system, 'the start')
    for (const story of stories) {
      await story.happen(system, { kafka, cassandra, awaySeconds: 8 })
      await flowing(system, story.name)
    }
    const { examples, ...found } = await settle(system, began, !makesGaps)
    assert.equal(found.doubled, 0, `doubled: ${examples.join('; ')}`)
    assert.equal(found.differing, 0, `other content: ${examples.join('; ')}`)
    if (makesGaps)
      assert.equal(found.unexplained, 0, `missing without a marker: ${examples.join('; ')}`)
    else assert.equal(found.missing, 0, `missing: ${examples.join('; ')}`)
    assert.ok(found.archived > 2 * system.cdb.points.size, 'there was a load')
  })
}
