import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { cdbSource, componentEnv, runComponent } from '@mla/control'
import { runService } from '@mla/kit'
import { openServerLink } from '@mla/opcua'
import { z } from 'zod'
import { withCampaigns } from './campaigns.ts'
import { runCollector } from './collect.ts'
import { collectorEnv, settingsOf } from './config.ts'

await runService({
  name: 'opcua-collector',
  config: z.object({ ...kafkaEnv, ...componentEnv, ...collectorEnv.shape }),
  async run({ config, life, env, use }) {
    const bus = use(await connectKafka(config, life))
    const settings = settingsOf(config, life.instance)
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    await runComponent({ bus, life, subsystem: 'mon', settings: config, cdb }, ({ life, cdb }) => {
      const faster = withCampaigns({ cdb, bus, log: life.log, signal: life.signal })
      return runCollector({ bus, cdb: faster, settings, openLink: openServerLink }, life)
    })
  },
})
