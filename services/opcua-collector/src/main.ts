import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { watchCdb } from '@mla/cdb'
import { runService } from '@mla/kit'
import { openServerLink } from '@mla/opcua'
import { z } from 'zod'
import { runCollector } from './collect.ts'
import { cdbEnv, collectorEnv, settingsOf } from './config.ts'

await runService({
  name: 'opcua-collector',
  config: z.object({ ...kafkaEnv, ...cdbEnv.shape, ...collectorEnv.shape }),
  async run({ config, life, env, use }) {
    const bus = use(await connectKafka(config, life))
    const cdb = watchCdb(config.MLA_CDB, env, life.signal)
    const settings = settingsOf(config, life.instance)
    await runCollector({ bus, cdb, settings, openLink: openServerLink }, life)
  },
})
