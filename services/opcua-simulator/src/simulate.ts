import { join } from 'node:path'
import type { Cdb } from '@mla/cdb'
import type { Life } from '@mla/kit'
import { matcherOf } from '@mla/model'
import type { SimulatorSettings } from './config.ts'
import { openControlServer } from './control-server.ts'
import { createFaults, type FaultRequest } from './faults.ts'
import { createReport } from './report.ts'
import { createSampler } from './sampler.ts'
import { createServedPoint } from './served-point.ts'
import { openServer } from './server/open-server.ts'
import { createTruth } from './truth.ts'

export interface SimulatorParts {
  /** All points of all its sources are served, by one server. */
  readonly cdb: Cdb
  readonly settings: SimulatorSettings
  /** Told once, when clients can connect. */
  ready?(addresses: SimulatorAddresses): void
}

export interface SimulatorAddresses {
  /** The ports in use, where 0 was asked for. */
  readonly opcuaPort: number
  readonly controlPort: number
}

/**
 * Serves the points of a CDB as an OPC-UA server until `life.signal` aborts. Health part
 * `opcua-simulator` is ready when clients can connect.
 */
export async function runSimulator(parts: SimulatorParts, life: Life): Promise<void> {
  const { cdb, settings } = parts
  const startedMs = performance.now()
  const report = createReport(life)
  const now = Date.now
  // Points without a server are made by services of MLA.
  const points = [...cdb.points.values()].filter(({ source }) => cdb.sources.has(source))
  const faults = createFaults(points, now)
  const served = points.map((point, index) =>
    createServedPoint(index, point, settings.seed, faults),
  )
  const truth = createTruth(points.length)

  await using resources = new AsyncDisposableStack()
  const sampler = createSampler(now)
  resources.defer(() => sampler[Symbol.dispose]())
  const server = resources.use(
    await openServer(
      {
        port: settings.opcuaPort,
        host: settings.host,
        pkiFolder: join(settings.dataFolder, 'opcua-simulator', 'pki'),
        user: settings.user,
        maxItemsPerCall: settings.maxItemsPerCall,
        maxNodesPerRead: settings.maxNodesPerRead,
        maxNodesPerBrowse: settings.maxNodesPerBrowse,
      },
      served,
      sampler,
      truth,
      now,
    ),
  )

  const figures = () => ({
    ...truth.totals(),
    ...server.figures(),
    missedTicks: sampler.missedTicks(),
  })
  const begin = (request: FaultRequest) => {
    const fault = faults.begin(request)
    if (fault.points !== 0) report.faultBegan(fault)
    if (request.kind === 'disconnect') server.disconnect()
    if (request.kind === 'restart') {
      server.restart(1000 * request.durationS).catch(report.failed)
    }
    return fault
  }
  /** A slow server is slow while its newest fault of that kind lasts. */
  const adjustSpeed = (): void => {
    const slow = faults.active().findLast(({ request }) => request.kind === 'slow')?.request
    server.slowDown(slow?.kind === 'slow' ? slow.delayMs : 0)
  }
  const control = resources.use(
    await openControlServer(
      { port: settings.controlPort, host: settings.controlHost },
      {
        truth(match) {
          const matches = match === null || match === '' ? () => true : matcherOf(match)
          const found = points.flatMap(({ id, description, type }, index) =>
            matches(id, description) ? [[id, truth.of(index, type)] as const] : [],
          )
          return { ...figures(), points: Object.fromEntries(found) }
        },
        faults: () => faults.active(),
        begin(request) {
          const fault = begin(request)
          adjustSpeed()
          return fault
        },
        end(id) {
          const ended = faults.end(id)
          for (const fault of ended) report.faultEnded(fault)
          adjustSpeed()
          return ended
        },
      },
      life,
      report,
    ),
  )

  const tick = setInterval(() => {
    report.figures(figures())
    adjustSpeed()
  }, 1000)
  resources.defer(() => clearInterval(tick))

  report.ready(points.length, server.port, control.port, performance.now() - startedMs)
  life.health.set(life.name, null)
  parts.ready?.({ opcuaPort: server.port, controlPort: control.port })
  await aborted(life.signal)
  life.health.set(life.name, 'stopping')
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
