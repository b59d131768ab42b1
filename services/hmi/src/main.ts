import { cassandraEnv, cassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { archiveClassOf, type Cdb, watchCdb } from '@mla/cdb'
import { retry, runService } from '@mla/kit'
import { z } from 'zod'
import { hmiConfig } from './config.ts'
import { createReport, runHmi } from './index.ts'
import { createLateArchive } from './late-archive.ts'

const processEnv = {
  /** The folder of the configuration database. */
  MLA_CDB: z.string().default('cdb'),
}

await runService({
  name: 'hmi',
  config: hmiConfig.extend({ ...kafkaEnv, ...cassandraEnv, ...processEnv }),
  ownHttp: true,
  async run({ config, life, env, use }) {
    const { signal } = life
    const report = createReport(life)
    const archive = use(createLateArchive())
    const bus = use(await connectKafka(config, life))
    const opening = Promise.withResolvers<void>()
    let current: Cdb | null = null

    const openArchive = async ({ archiveClasses }: Cdb): Promise<void> => {
      const parts = {
        classes: [...archiveClasses.values()],
        classOf: (point: string) => (current ? archiveClassOf(current, point) : ''),
      }
      const open = () => openCassandra(cassandraSettings(config), parts, life.log)
      const away = (error: unknown) => report.failed(error, 'the archive is away; trying again')
      archive.opened(await retry(open, signal, away))
    }
    /** The archive needs the first configuration, the HMI all of them. */
    async function* versions() {
      for await (const result of watchCdb(config.MLA_CDB, env, signal)) {
        if (result.ok) {
          if (!current) openArchive(result.cdb).then(opening.resolve, opening.reject)
          current = result.cdb
        }
        yield result
      }
    }
    const running = runHmi({ bus, archive, cdb: versions(), settings: config }, life)
    const opened = opening.promise.catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    await Promise.race([running, opened.then(() => running)])
  },
})
