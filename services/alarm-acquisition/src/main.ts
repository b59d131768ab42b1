import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { runService } from '@mla/kit'
import { alarmAcquisitionEnv, createReport, runAlarmAcquisition } from './index.ts'

await runService({
  name: 'alarm-acquisition',
  config: alarmAcquisitionEnv.extend({ ...kafkaEnv, ...componentEnv }),
  async run({ config, life, env, use }) {
    const { deadLettered } = createReport(life)
    const bus = use(await connectKafka(config, life, { onDeadLetter: deadLettered }))
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    await runComponent({ bus, life, subsystem: 'alarm', settings: config, cdb }, ({ life, cdb }) =>
      runAlarmAcquisition({ bus, cdb, settings: config }, life),
    )
  },
})
