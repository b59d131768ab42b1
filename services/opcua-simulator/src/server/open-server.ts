import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MlaError } from '@mla/model'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import { LogLevel, setLogLevel } from 'node-opcua-debug'
import { OPCUAServer } from 'node-opcua-server'
import { StatusCodes } from 'node-opcua-status-code'
import type { Sampler } from '../sampler.ts'
import type { Deliveries, ServedPoint } from '../served-point.ts'
import { buildAddressSpace } from './address-space.ts'
import { superviseItems } from './monitored-items.ts'

export interface ServerSettings {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** The folder of its certificate and key, made when they are missing. */
  readonly pkiFolder: string
  /** Beside anonymous clients, this user. */
  readonly user: { readonly name: string; readonly password: string } | null
  /** OperationLimits of OPC 10000-5, 6.3.11; 0 means no limit. */
  readonly maxItemsPerCall: number
  readonly maxNodesPerRead: number
  readonly maxNodesPerBrowse: number
}

export interface SimulatedServer extends AsyncDisposable {
  readonly port: number
  figures(): { readonly sessions: number; readonly subscriptions: number; readonly items: number }
  /** Cuts all connections; sessions and subscriptions stay. */
  disconnect(): void
  /** Ends all sessions and subscriptions, is away for a while, and comes back. Not while away. */
  restart(awayMs: number): Promise<void>
  /** Answers each request so much later. */
  slowDown(delayMs: number): void
}

/** Starts the server. Throws CONFIG_INVALID where its port is taken. */
export async function openServer(
  settings: ServerSettings,
  points: readonly ServedPoint[],
  sampler: Sampler,
  deliveries: Deliveries,
  now: () => number,
): Promise<SimulatedServer> {
  // It would print a warning for each client that names a path in the URL, as ours do on purpose.
  setLogLevel(LogLevel.Alert)
  const certificates = new OPCUACertificateManager({
    rootFolder: settings.pkiFolder,
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  })
  await certificates.initialize()
  let supervise: ReturnType<typeof superviseItems> = async () => StatusCodes.Good
  const { user } = settings
  const server = new OPCUAServer({
    port: settings.port,
    ...(settings.host === '0.0.0.0' ? {} : { host: settings.host }),
    serverCertificateManager: certificates,
    certificateFile: join(settings.pkiFolder, 'own', 'certs', 'server.pem'),
    serverInfo: {
      applicationUri: 'urn:mla:opcua-simulator',
      applicationName: { text: 'MLA OPC-UA simulator', locale: 'en' },
    },
    buildInfo: { productName: 'MLA OPC-UA simulator', manufacturerName: 'MLA' },
    allowAnonymous: true,
    userManager: {
      isValidUser: (name: string, password: string) =>
        user !== null && name === user.name && password === user.password,
    },
    disableDiscovery: true,
    alternateHostname: ['localhost', '127.0.0.1'],
    maxConnectionsPerEndpoint: 200,
    serverCapabilities: {
      maxSessions: 200,
      maxSubscriptions: 2_000,
      maxSubscriptionsPerSession: 200,
      maxMonitoredItems: 1_000_000,
      maxMonitoredItemsPerSubscription: 200_000,
      operationLimits: {
        maxMonitoredItemsPerCall: settings.maxItemsPerCall,
        maxNodesPerRead: settings.maxNodesPerRead,
        maxNodesPerBrowse: settings.maxNodesPerBrowse,
      },
    },
    onCreateMonitoredItem: (subscription, item) => supervise(subscription, item),
  })
  await server.initialize()
  const addressSpace = server.engine.addressSpace
  if (!addressSpace) throw new Error('the server has no address space')
  supervise = superviseItems(buildAddressSpace(addressSpace, points, now), sampler, deliveries)
  await server.start().catch(async (cause: unknown) => {
    await server.shutdown(0).catch(() => undefined)
    throw new MlaError('CONFIG_INVALID', `MLA_OPCUA_PORT: cannot listen on ${settings.port}`, {
      cause,
    })
  })
  return controls(server)
}

function controls(server: OPCUAServer): SimulatedServer {
  const answer = server.on_request.bind(server)
  let closed = false
  let away = false
  const disconnect = (): void => {
    for (const endpoint of server.endpoints) endpoint.abruptlyInterruptChannels()
  }
  return {
    port: server.endpoints[0]?.port ?? 0,
    figures: () => ({
      sessions: server.engine.currentSessionCount,
      subscriptions: server.engine.currentSubscriptionCount,
      items: server.engine.getSessions().reduce((sum, session) => sum + itemsOf(session), 0),
    }),
    disconnect,
    async restart(awayMs) {
      if (away || closed) return
      away = true
      const listenersGone = server.suspendEndPoints()
      disconnect()
      await listenersGone
      for (const { authenticationToken } of server.engine.getSessions()) {
        server.engine.closeSession(authenticationToken, true, 'Terminated')
      }
      await delay(awayMs, undefined, { ref: false })
      if (!closed) await server.resumeEndPoints()
      away = false
    },
    slowDown(delayMs) {
      server.on_request =
        delayMs === 0
          ? answer
          : (message, channel) => void setTimeout(answer, delayMs, message, channel)
    },
    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      disconnect()
      await server.shutdown(0)
    },
  }
}

const itemsOf = (session: {
  publishEngine?: { subscriptions: { monitoredItemCount: number }[] }
}) =>
  session.publishEngine?.subscriptions.reduce((sum, one) => sum + one.monitoredItemCount, 0) ?? 0
