import { cutRules } from '@mla/archive'
import { cassandraEnv, cassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { archiveClassOf } from '@mla/cdb'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { retry, runService } from '@mla/kit'
import { microsPerSecond } from '@mla/model'
import { dispatcherEnv } from './config.ts'
import { followConfiguration } from './configuration.ts'
import { createReport, runDispatcher } from './index.ts'

await runService({
  name: 'mon-dispatcher',
  config: dispatcherEnv.extend({ ...kafkaEnv, ...cassandraEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const { deadLettered } = createReport(life)
    const bus = use(await connectKafka(config, life, { onDeadLetter: deadLettered }))
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    const parts = { bus, life, subsystem: 'mon', settings: config, cdb }
    await runComponent(parts, async ({ life, cdb }) => {
      const report = createReport(life)
      const configuration = await followConfiguration(cdb, life)
      if (!configuration) return
      const parts = {
        classes: [...configuration.cdb.archiveClasses.values()],
        classOf: (point: string) => archiveClassOf(configuration.cdb, point),
        rules: { ...cutRules, intervalMicros: config.MLA_CUT_SECONDS * microsPerSecond },
      }
      const settings = cassandraSettings(config)
      const open = () => openCassandra(settings, parts, life.log)
      await using archive = await retry(open, life.signal, report.archiveAway)
      report.archiveBack()
      await runDispatcher({ bus, archive, configuration: () => configuration.cdb }, life)
    })
  },
})
