import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { runService } from '@mla/kit'
import { z } from 'zod'
import { collectLogs } from './collect-logs.ts'
import { logCollectorEnv, logSettingsOf } from './config.ts'

await runService({
  name: 'log-collector',
  config: z.object({ ...kafkaEnv, ...componentEnv, ...logCollectorEnv.shape }),
  async run({ config, life, env, use }) {
    const bus = use(await connectKafka(config, life))
    const settings = logSettingsOf(config, life.instance)
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    await runComponent({ bus, life, subsystem: 'log', settings: config, cdb }, ({ life, cdb }) =>
      collectLogs({ bus, cdb, settings }, life),
    )
  },
})
