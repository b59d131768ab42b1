import { join } from 'node:path'
import { runAlarmAcquisition } from '@mla/alarm-acquisition'
import { runAlarmConverter } from '@mla/alarm-converter'
import { runAlarmDispatcher } from '@mla/alarm-dispatcher'
import { runSupervisor } from '@mla/alarm-supervisor'
import { openDuckdb } from '@mla/archive/duckdb'
import { createMemoryBus } from '@mla/bus/memory'
import { archiveClassOf } from '@mla/cdb'
import { cdbSource, runComponent, shareVersions } from '@mla/control'
import { runHmi, staysOnline } from '@mla/hmi'
import { createHealth, type Life, lifeWithin, runService } from '@mla/kit'
import { collectLogs, logSettingsOf } from '@mla/log-collector'
import { runLogConsumer } from '@mla/log-consumer'
import { runManager } from '@mla/manager'
import { runDispatcher } from '@mla/mon-dispatcher'
import { openServerLink } from '@mla/opcua'
import { runCollector, settingsOf, withCampaigns } from '@mla/opcua-collector'
import { config } from './config.ts'
import { checkFree } from './free-ports.ts'
import { inOrder } from './in-order.ts'
import { keepState } from './keep-state.ts'
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
    let inForce = cdb
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
          classOf: (point) => archiveClassOf(inForce, point),
        },
      ),
    )
    const bus = use(
      createMemoryBus({ keepReadMs, onDeadLetter: report.deadLettered, onLost: report.lost }),
    )
    use(await keepState(bus, data, report.stateNotKept))
    const simulator = isSimulated
      ? use(
          startSimulator(
            { opcuaPort, controlPort, cdbFolder: folder, dataFolder: data, logLevel },
            env,
            report.simulatorEnded,
          ),
        )
      : null
    const versions = shareVersions(cdbSource(folder, env, bus)(life.signal))
    const component = (name: string, subsystem: string, signal: AbortSignal) => ({
      life: lifeWithin(life, name, signal, logLevel),
      ...{ bus, subsystem, settings: config, cdb: versions },
    })
    let httpPort = page.port

    life.health.set(life.name, null)
    life.health.set('opcua-collector', simulator ? 'waiting for the simulator' : 'starting')
    whenReady(life, () => {
      const host = page.host === '0.0.0.0' ? '127.0.0.1' : page.host
      report.ready(`http://${host}:${httpPort}`, cdb.points.size)
    })
    await inOrder(life.signal, [
      (signal) =>
        runComponent(component('opcua-collector', 'mon', signal), async ({ life, cdb }) => {
          await Promise.race([simulator?.ready, aborted(life.signal)])
          const settings = settingsOf(config, life.instance)
          const { log, signal } = life
          const faster = withCampaigns({ cdb, bus, log, signal })
          await runCollector({ bus, cdb: faster, settings, openLink: openServerLink }, life)
        }),
      (signal) =>
        runComponent(withOwnHealth(component('log-collector', 'log', signal)), ({ life, cdb }) =>
          collectLogs({ bus, cdb, settings: logSettingsOf(config, life.instance) }, life),
        ),
      (signal) =>
        runComponent(component('log-consumer', 'log', signal), ({ life, cdb }) =>
          runLogConsumer({ bus, archive, cdb, settings: config, untilEmpty: true }, life),
        ),
      (signal) =>
        runComponent(component('mon-dispatcher', 'mon', signal), async ({ life, cdb }) => {
          const dispatching = runDispatcher(
            { bus, archive, untilEmpty: true, configuration: () => inForce },
            life,
          )
          for await (const version of cdb) if (version.ok) inForce = version.cdb
          await dispatching
        }),
      (signal) =>
        runComponent(
          withOwnHealth(component('alarm-acquisition', 'alarm', signal)),
          ({ life, cdb }) => runAlarmAcquisition({ bus, cdb, settings: config }, life),
        ),
      (signal) =>
        runComponent(component('alarm-converter', 'alarm', signal), ({ life, cdb }) =>
          runAlarmConverter({ bus, cdb, settings: config }, life),
        ),
      (signal) =>
        runComponent(component('alarm-supervisor', 'alarm', signal), ({ life, cdb }) =>
          runSupervisor({ bus, cdb, settings: config }, life),
        ),
      (signal) =>
        runComponent(component('alarm-dispatcher', 'alarm', signal), ({ life, cdb }) =>
          runAlarmDispatcher({ bus, archive, cdb, settings: config, untilEmpty: true }, life),
        ),
      (signal) => runManager(component('mon-manager', 'mon', signal)),
      (signal) =>
        runComponent({ ...component('hmi', 'hmi', signal), staysOnline }, ({ life, cdb }) =>
          runHmi(
            {
              ...{ bus, archive, cdb, settings: config },
              listening: (port) => {
                httpPort = port
              },
            },
            life,
          ),
        ),
    ])
  },
})

/** A port for senders of logs or for plugins that another program has makes the component DEGRADED, not all of us. */
function withOwnHealth<T extends { readonly life: Life }>(parts: T): T {
  return { ...parts, life: { ...parts.life, health: createHealth() } }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
