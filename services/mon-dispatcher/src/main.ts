import { cutRules } from '@mla/archive'
import { cassandraEnv, cassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { archiveClassOf, watchCdb } from '@mla/cdb'
import { retry, runService } from '@mla/kit'
import { microsPerSecond } from '@mla/model'
import { dispatcherEnv } from './config.ts'
import { followConfiguration } from './configuration.ts'
import { createReport, runDispatcher } from './index.ts'

await runService({
  name: 'mon-dispatcher',
  config: dispatcherEnv.extend({ ...kafkaEnv, ...cassandraEnv }),
  async run({ config, life, env, use }) {
    const report = createReport(life)
    const versions = watchCdb(config.MLA_CDB, env, life.signal)
    const configuration = await followConfiguration(versions, life)
    const parts = {
      classes: [...configuration.cdb.archiveClasses.values()],
      classOf: (point: string) => archiveClassOf(configuration.cdb, point),
      rules: { ...cutRules, intervalMicros: config.MLA_CUT_SECONDS * microsPerSecond },
    }
    const settings = cassandraSettings(config)
    const open = () => openCassandra(settings, parts, life.log)
    const archive = use(await retry(open, life.signal, report.archiveAway))
    report.archiveBack()
    const bus = use(await connectKafka(config, life, { onDeadLetter: report.deadLettered }))
    await runDispatcher({ bus, archive }, life)
  },
})
