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
import { checkFree } from './free-ports.ts'
import { inOrder } from './in-order.ts'
import { readCdb } from './read-cdb.ts'
import { createReport } from './report.ts'
import { startSimulator } from './simulator.ts'
import { whenReady } from './when-ready.ts'

/** What was read stays a while for the HMI, which is no group; it has its own memory of minutes. */
const keepReadMs = 30_000

await runService({
  name: 'standalone',
  config,
  ownHttp: true,
  terminalLevel: 'warn',
  async run({ config, life, logLevel, env: given, use }) {
    const { MLA_CDB: folder, MLA_DATA: data, MLA_OPCUA_PORT: opcuaPort } = config
    const controlPort = config.MLA_SIMULATOR_CONTROL_PORT
    const isSimulated = config.MLA_SIMULATOR === 'on'
    const env = { ...given, MLA_OPCUA_PORT: String(opcuaPort) }
    const isTerminal = process.stdout.isTTY
    const report = createReport(
      life,
      isTerminal ? (line) => process.stdout.write(`${line}\n`) : null,
    )

    const cdb = await readCdb(folder, env)
    const page = { host: config.MLA_HTTP_HOST, port: config.MLA_HTTP_PORT }
    await checkFree([
      { setting: 'MLA_HTTP_PORT', ...page },
      ...(isSimulated
        ? [
            { setting: 'MLA_OPCUA_PORT', host: '127.0.0.1', port: opcuaPort },
            { setting: 'MLA_SIMULATOR_CONTROL_PORT', host: '127.0.0.1', port: controlPort },
          ]
        : []),
    ])
    report.starting(cdb.points.size, cdb.sources.size, isSimulated)
    const archive = use(
      await openDuckdb(
        {
          path: join(data, 'archive.duckdb'),
          maxRetentionDays: config.MLA_KEEP_DAYS,
          memoryLimit: `${config.MLA_ARCHIVE_MB}MB`,
        },
        {
          classes: [...cdb.archiveClasses.values()],
          classOf: (point) => archiveClassOf(cdb, point),
        },
      ),
    )
    const bus = use(
      createMemoryBus({ keepReadMs, onDeadLetter: report.deadLettered, onLost: report.lost }),
    )
    const simulator = isSimulated
      ? use(
          startSimulator(
            { opcuaPort, controlPort, cdbFolder: folder, dataFolder: data, logLevel },
            env,
            report.simulatorEnded,
          ),
        )
      : null
    const watch = (signal: AbortSignal) => watchCdb(folder, env, signal)
    const within = (name: string, signal: AbortSignal) => lifeWithin(life, name, signal, logLevel)
    let httpPort = page.port

    life.health.set(life.name, null)
    life.health.set('opcua-collector', simulator ? 'waiting for the simulator' : 'starting')
    whenReady(life, () => {
      const host = page.host === '0.0.0.0' ? '127.0.0.1' : page.host
      report.ready(`http://${host}:${httpPort}`, cdb.points.size)
    })
    await inOrder(life.signal, [
      async (signal) => {
        await Promise.race([simulator?.ready, aborted(signal)])
        const own = within('opcua-collector', signal)
        const settings = settingsOf(config, own.instance)
        await runCollector({ bus, cdb: watch(signal), settings, openLink: openServerLink }, own)
      },
      (signal) =>
        runDispatcher({ bus, archive, untilEmpty: true }, within('mon-dispatcher', signal)),
      (signal) =>
        runHmi(
          {
            ...{ bus, archive, cdb: watch(signal), settings: config },
            listening: (port) => {
              httpPort = port
            },
          },
          within('hmi', signal),
        ),
    ])
  },
})

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
