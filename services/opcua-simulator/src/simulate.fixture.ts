import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cdb, noLogs, type Point, type Source } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'
import { scalarTypes, type ValueType } from '@mla/model'
import type { UserIdentityInfo } from 'node-opcua-client'
import { type ClientOptions, connectTo, type Watch } from './client.fixture.ts'
import type { SimulatorSettings } from './config.ts'
import { runSimulator, type SimulatorAddresses } from './simulate.ts'
import type { TruthOfPoint } from './truth.ts'

const uri = 'urn:test:one'
const other = 'urn:test:two'
const types = scalarTypes.flatMap((type): ValueType[] => [type, `${type}[]`])

const pointOf = (fields: Pick<Point, 'id' | 'type'> & Partial<Point>): Point => ({
  description: null,
  unit: null,
  source: 'plc',
  nodeId: `nsu=${uri};s=${fields.id}`,
  intervalMs: 100,
  queueSize: 10,
  deadband: null,
  range: null,
  enumeration: null,
  archiveClass: 'normal',
  lane: 0,
  filter: null,
  derived: null,
  signal: null,
  ...fields,
})

export const points = new Map<string, Point>(
  [
    ...types.map((type) =>
      pointOf({
        id: `Types/${type.replace('[]', 'Array')}`,
        type,
        nodeId: `nsu=${other};s=${type}`,
      }),
    ),
    ...Array.from({ length: 50 }, (_, i) =>
      pointOf({
        id: `Fast/Group${i % 5}/Value${i}`,
        type: 'double',
        unit: 'Cel',
        signal: { kind: 'noise', mean: 20, noise: 1 },
      }),
    ),
    pointOf({
      id: 'Percent/Value',
      type: 'double',
      nodeId: `nsu=${uri};i=77`,
      range: { low: 0, high: 200 },
      deadband: { kind: 'percent', value: 10 },
      signal: { kind: 'noise', mean: 100, noise: 15 },
    }),
    pointOf({
      id: 'State/Mode',
      type: 'enum',
      enumeration: new Map([
        [0, 'off'],
        [4, 'on'],
      ]),
    }),
  ].map((point) => [point.id, point]),
)
const plc: Source = {
  id: 'plc',
  description: null,
  endpoint: 'opc.tcp://127.0.0.1:0',
  securityMode: 'None',
  securityPolicy: 'None',
  user: null,
  publishingIntervalMs: 200,
  lanes: [0],
}

export const cdb: Cdb = {
  version: 'test',
  sources: new Map([[plc.id, plc]]),
  archiveClasses: new Map(),
  components: new Map(),
  points,
  logs: noLogs,
  alarms: null,
}
export const fast = [...points.keys()].filter((id) => id.startsWith('Fast/'))
export const seed = 42

export const lifeOf = (signal: AbortSignal): Life => ({
  name: 'opcua-simulator',
  instance: 'test',
  log: silentLog,
  metrics: createMetrics('opcua-simulator'),
  health: createHealth(),
  signal,
})
const settingsOf = (folder: string): SimulatorSettings => ({
  opcuaPort: 0,
  host: '127.0.0.1',
  controlPort: 0,
  controlHost: '127.0.0.1',
  seed,
  dataFolder: folder,
  user: { name: 'operator', password: 'secret' },
  maxItemsPerCall: 100,
  maxNodesPerRead: 100,
  maxNodesPerBrowse: 100,
})

/** A simulator of the points above, on free ports and in a folder of its own. */
export async function startSimulator() {
  const folder = await mkdtemp(join(tmpdir(), 'mla-simulator-'))
  const settings = settingsOf(folder)
  const stopping = new AbortController()
  const ready = Promise.withResolvers<SimulatorAddresses>()
  const running = runSimulator({ cdb, settings, ready: ready.resolve }, lifeOf(stopping.signal))
  running.catch(ready.reject)
  const addresses = await ready.promise

  const control = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${addresses.controlPort}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return JSON.parse(await response.text())
  }
  return {
    addresses,
    settings,
    control,
    truthOf: async (match: string): Promise<Record<string, TruthOfPoint>> =>
      (await control('GET', `/truth?match=${encodeURIComponent(match)}`)).points,
    connect: (options?: ClientOptions, user?: UserIdentityInfo) =>
      connectTo({ port: addresses.opcuaPort, folder, points }, options, user),
    /** Nothing more is made, and all that was queued has arrived: keep-alives come after it. */
    async drained({ subscription }: Watch): Promise<void> {
      await control('POST', '/faults', { kind: 'silence', match: '**' })
      await once(subscription, 'keepalive')
      await once(subscription, 'keepalive')
    },
    async stop(): Promise<void> {
      stopping.abort()
      await running
      await rm(folder, { recursive: true, force: true })
    },
  }
}
