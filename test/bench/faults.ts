/** One fault after another under load: what is lost, what is doubled. */
import { parseArgs } from 'node:util'
import { startCassandra, startKafka } from '@mla/stack'
import { faultStories, flowing } from '../system/faults.ts'
import { settle } from '../system/settle.ts'
import { createSystem } from '../system/system.ts'

export const description =
  'faults [--away 30]: services killed, servers stopped, the OPC-UA server restarted, under load'

export async function run(args: readonly string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: { away: { type: 'string', default: '30' } },
  })
  const result: Record<string, unknown> = {}
  for (const story of faultStories) {
    await using kafka = await startKafka()
    await using cassandra = await startCassandra({ commitLog: 'batch' })
    await using system = await createSystem({ kafka, cassandra, cdbFolder: 'cdb', cutSeconds: 30 })
    const began = Date.now() * 1000
    const { simulator, dispatcher, hmi, collector } = system
    for (const service of [simulator, dispatcher, hmi, collector]) await service.start()
    await flowing(system, 'the start')
    await story.happen(system, { kafka, cassandra, awaySeconds: Number(values.away) })
    const back = performance.now()
    await flowing(system, story.name)
    const { queued, archived, missing, doubled, differing, unexplained } = await settle(
      system,
      began,
      !story.makesGaps,
    )
    const backlogS = Math.round((performance.now() - back) / 100) / 10
    const row = { queued, archived, missing, doubled, differing, unexplained, backlogS }
    process.stdout.write(`${story.name}: ${JSON.stringify(row)}\n`)
    result[story.name] = row
  }
  return result
}
