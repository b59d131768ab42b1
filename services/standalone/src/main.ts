import { join } from 'node:path'
import { openDuckdb } from '@mla/archive/duckdb'
import { createMemoryBus } from '@mla/bus/memory'
import { archiveClassOf, watchCdb } from '@mla/cdb'
import { runHmi } from '@mla/hmi'
import { lifeWithin, runService } from '@mla/kit'
import { runDispatcher } from '@mla/mon-dispatcher'
import { openServerLink } from '@mla/opcua'
import { runCollector, settingsOf } from '@mla/opcua-collector'
import { config } from './config.ts'
import { inOrder } from './in-order.ts'
import { readCdb } from './read-cdb.ts'
import { startSimulator } from './simulator.ts'

await runService({
  name: 'standalone',
  config,
  ownHttp: true,
  async run({ config, life, env: given, use }) {
    const { MLA_CDB: folder, MLA_DATA: data, MLA_OPCUA_PORT: opcuaPort } = config
    const env = { ...given, MLA_OPCUA_PORT: String(opcuaPort) }
    const cdb = await readCdb(folder, env)
    const archive = use(
      await openDuckdb(
        { path: join(data, 'archive.duckdb'), maxRetentionDays: config.MLA_KEEP_DAYS },
        {
          classes: [...cdb.archiveClasses.values()],
          classOf: (point) => archiveClassOf(cdb, point),
        },
      ),
    )
    const bus = use(createMemoryBus({ keepReadMs: config.MLA_HOT_MINUTES * 60_000 }))
    if (config.MLA_SIMULATOR === 'on') {
      const settings = { opcuaPort, cdbFolder: folder, dataFolder: data }
      use(startSimulator(settings, env, life))
    }
    const watch = (signal: AbortSignal) => watchCdb(folder, env, signal)

    life.health.set(life.name, null)
    await inOrder(life.signal, [
      (signal) => {
        const own = lifeWithin(life, 'opcua-collector', signal)
        const settings = settingsOf(config, own.instance)
        return runCollector({ bus, cdb: watch(signal), settings, openLink: openServerLink }, own)
      },
      (signal) => {
        const own = lifeWithin(life, 'mon-dispatcher', signal)
        return runDispatcher({ bus, archive, untilEmpty: true }, own)
      },
      (signal) => {
        const own = lifeWithin(life, 'hmi', signal)
        return runHmi({ bus, archive, cdb: watch(signal), settings: config }, own)
      },
    ])
  },
})
