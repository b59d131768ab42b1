import { cassandraEnv, cassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import type { Cdb, LoadResult } from '@mla/cdb'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { retry, runService } from '@mla/kit'
import { alarmDispatcherEnv, createReport, runAlarmDispatcher } from './index.ts'

await runService({
  name: 'alarm-dispatcher',
  config: alarmDispatcherEnv.extend({ ...kafkaEnv, ...cassandraEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const { deadLettered } = createReport(life)
    const bus = use(await connectKafka(config, life, { onDeadLetter: deadLettered }))
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    const parts = { bus, life, subsystem: 'alarm', settings: config, cdb }
    await runComponent(parts, async ({ life, cdb }) => {
      const report = createReport(life)
      const first = await firstValid(cdb)
      if (!first) return
      const classes = [...first.cdb.archiveClasses.values()]
      const settings = cassandraSettings(config)
      const open = () => openCassandra(settings, { classes, classOf: () => '' }, life.log)
      await using archive = await retry(open, life.signal, report.archiveAway)
      report.archiveBack()
      await runAlarmDispatcher({ bus, archive, cdb: first.all, settings: config }, life)
    })
  },
})

/** The first configuration that is valid, which the archive needs, and all from it on. */
async function firstValid(
  cdb: AsyncIterable<LoadResult>,
): Promise<{ readonly cdb: Cdb; readonly all: AsyncIterable<LoadResult> } | null> {
  const iterator = cdb[Symbol.asyncIterator]()
  for (;;) {
    const result = await iterator.next()
    if (result.done) return null
    const { value } = result
    if (!value.ok) continue
    async function* all(): AsyncIterable<LoadResult> {
      yield value
      yield* { [Symbol.asyncIterator]: () => iterator }
    }
    return { cdb: value.cdb, all: all() }
  }
}
