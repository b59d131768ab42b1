import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { runService } from '@mla/kit'
import { createReport, runSupervisor, supervisorEnv } from './index.ts'

await runService({
  name: 'alarm-supervisor',
  config: supervisorEnv.extend({ ...kafkaEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const { deadLettered } = createReport(life)
    const bus = use(await connectKafka(config, life, { onDeadLetter: deadLettered }))
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    const parts = { bus, life, subsystem: 'alarm', settings: config, cdb }
    await runComponent(parts, ({ life, cdb }) =>
      runSupervisor({ bus, cdb, settings: config }, life),
    )
  },
})
