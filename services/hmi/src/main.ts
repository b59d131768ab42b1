import { cassandraEnv, cassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { archiveClassOf, type Cdb } from '@mla/cdb'
import { cdbSource, componentEnv, createCdbStore, onTheBus, runComponent } from '@mla/control'
import { retry, runService } from '@mla/kit'
import { hmiConfig } from './config.ts'
import { createReport, runHmi, staysOnline } from './index.ts'
import { createLateArchive } from './late-archive.ts'

await runService({
  name: 'hmi',
  config: hmiConfig.extend({ ...kafkaEnv, ...cassandraEnv, ...componentEnv }),
  ownHttp: true,
  async run({ config, life, env, use }) {
    const bus = use(await connectKafka(config, life))
    const cdb = cdbSource(config.MLA_CDB, env, bus)
    const parts = { bus, life, subsystem: 'hmi', settings: config, cdb, staysOnline }
    await runComponent(parts, async ({ life, cdb }) => {
      const { signal } = life
      const report = createReport(life)
      await using archive = createLateArchive()
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
        for await (const result of cdb) {
          if (result.ok) {
            if (!current) openArchive(result.cdb).then(opening.resolve, opening.reject)
            current = result.cdb
          }
          yield result
        }
      }
      const configurations = config.MLA_CDB === onTheBus ? createCdbStore(bus, env) : null
      const running = runHmi(
        { bus, archive, cdb: versions(), settings: config, configurations },
        life,
      )
      const opened = opening.promise.catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      await Promise.race([running, opened.then(() => running)])
    })
  },
})
