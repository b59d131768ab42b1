import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import type { Point } from '@mla/cdb'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  type ClientSession,
  type ClientSubscription,
  type DataChangeFilter,
  type DataValue,
  OPCUAClient,
  TimestampsToReturn,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client'

export type ClientOptions = Parameters<typeof OPCUAClient.create>[0]

export interface Connection extends AsyncDisposable {
  readonly client: OPCUAClient
  readonly session: ClientSession
  nodeIdOf(id: string): string
}

/** A client of the simulator at this port, which knows the nodes of these points. */
export async function connectTo(
  at: { port: number; folder: string; points: ReadonlyMap<string, Point> },
  options: ClientOptions = {},
  user: UserIdentityInfo = { type: UserTokenType.Anonymous },
): Promise<Connection> {
  const certificates = new OPCUACertificateManager({
    rootFolder: join(at.folder, 'client'),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  })
  const client = OPCUAClient.create({
    endpointMustExist: false,
    clientCertificateManager: certificates,
    connectionStrategy: { initialDelay: 50, maxDelay: 200, maxRetry: 100 },
    ...options,
  })
  await client.connect(`opc.tcp://127.0.0.1:${at.port}`)
  const session = await client.createSession(user)
  const namespaces = await session.readNamespaceArray()
  return {
    client,
    session,
    nodeIdOf(id) {
      const [, name = '', rest] = /^nsu=([^;]*);(.*)$/.exec(at.points.get(id)?.nodeId ?? '') ?? []
      return `ns=${namespaces.indexOf(name)};${rest}`
    },
    async [Symbol.asyncDispose]() {
      await session.close(true).catch(() => undefined)
      await client.disconnect()
    },
  }
}

export interface Watch {
  readonly received: ReadonlyMap<string, DataValue[]>
  readonly subscription: ClientSubscription
  /** Resolves when a condition over what was received holds. */
  until(condition: () => boolean): Promise<void>
}

export async function watch(
  { session, nodeIdOf }: Connection,
  ids: readonly string[],
  options: {
    samplingInterval?: number
    publishingInterval?: number
    queueSize?: number
    filter?: DataChangeFilter
  } = {},
): Promise<Watch> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: options.publishingInterval ?? 100,
    requestedMaxKeepAliveCount: 2,
    requestedLifetimeCount: 1000,
    publishingEnabled: true,
  })
  const { samplingInterval = 100, queueSize = 10, filter } = options
  const group = ClientMonitoredItemGroup.create(
    subscription,
    ids.map((id) => ({ nodeId: nodeIdOf(id), attributeId: AttributeIds.Value })),
    { samplingInterval, queueSize, discardOldest: true, ...(filter ? { filter } : {}) },
    TimestampsToReturn.Both,
  )
  const received = new Map<string, DataValue[]>(ids.map((id) => [id, []]))
  const events = new EventEmitter()
  group.on('changed', (_item, dataValue: DataValue, index: number) => {
    received.get(ids[index] ?? '')?.push(dataValue)
    events.emit('value')
  })
  group.on('err', (message) => events.emit('error', new Error(message)))
  return {
    received,
    subscription,
    async until(condition) {
      while (!condition()) await once(events, 'value')
    },
  }
}

export const sourceMsOf = (dataValue: DataValue): number =>
  dataValue.sourceTimestamp?.getTime() ?? 0
/** How many values the point with the fewest has received. */
export const least = ({ received }: Watch): number =>
  Math.min(...[...received.values()].map((values) => values.length))
