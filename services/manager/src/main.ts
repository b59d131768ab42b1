import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv } from '@mla/control'
import { runService } from '@mla/kit'
import { managerEnv, managerName } from './config.ts'
import { runManager } from './run-manager.ts'

await runService({
  name: ({ MLA_SUBSYSTEM }) => managerName(MLA_SUBSYSTEM ?? 'some'),
  config: managerEnv.extend({ ...kafkaEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const bus = use(await connectKafka(config, life))
    const { MLA_SUBSYSTEM: subsystem, MLA_STUCK_SECONDS: stuckSeconds } = config
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    await runManager({ bus, life, subsystem, settings: config, cdb, stuckSeconds })
  },
})
