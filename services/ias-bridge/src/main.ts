import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { runService } from '@mla/kit'
import { createReport, iasBridgeEnv, runIasBridge } from './index.ts'

await runService({
  name: 'ias-bridge',
  config: iasBridgeEnv.extend({ ...kafkaEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const { deadLettered } = createReport(life)
    const ours = use(await connectKafka(config, life, { onDeadLetter: deadLettered }))
    const brokers = config.IAS_BROKERS ?? []
    const ias =
      brokers.length > 0
        ? use(await connectKafka({ ...config, KAFKA_BROKERS: brokers }, life))
        : ours
    const cdb = cdbSource(config.MLA_CDB, env, ours)
    const parts = { bus: ours, life, subsystem: 'alarm', settings: config, cdb }
    await runComponent(parts, ({ life }) => runIasBridge({ ours, ias }, life))
  },
})
