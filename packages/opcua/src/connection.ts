import {
  type ClientSession,
  coerceSecurityPolicy,
  LogLevel,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  setLogLevel,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client'
import { openCertificateStore } from './certificates.ts'
import { connectError, messageOf } from './failure.ts'
import { type OperationLimits, readNamespaces, readOperationLimits } from './limits.ts'
import type { LinkSettings } from './port.ts'
import { type RawSession, rawSession } from './raw-session.ts'

/** How a client reaches a server; the part of LinkSettings that is not about watching. */
export type ConnectSettings = Pick<
  LinkSettings,
  | 'endpoint'
  | 'applicationName'
  | 'securityMode'
  | 'securityPolicy'
  | 'user'
  | 'pkiFolder'
  | 'requestTimeoutMs'
>

/** One secure channel with one session on it. It is never repaired: what breaks is made anew. */
export interface Connection {
  readonly session: RawSession
  /** True when `session` is the one that was to be resumed. */
  readonly resumed: boolean
  readonly namespaces: readonly string[]
  readonly limits: OperationLimits
  /** Settles with the reason when the channel or the session is gone; never rejects. */
  readonly broken: Promise<string>
  /** `keep` leaves the session and its subscriptions on the server, for a later connection. */
  close(session: 'keep' | 'delete'): Promise<void>
}

/** How long the server keeps a session, and its subscriptions, that nobody speaks for. */
export const sessionTimeoutMs = 120_000

/**
 * node-opcua takes so much memory for each request that it sends, if the server has no lower bound.
 * Its own choice, 512 KiB, made the garbage collector go over everything twice a second; with less
 * than 64 KiB, their default, Milo's servers break the connection in the middle of browsing.
 */
const sendBufferSize = 64 * 1024

/** A server that does not answer a farewell is left without one. */
const partingMs = 2_000

/**
 * Opens a channel and a session, or puts `resume` on the new channel (ActivateSession).
 * Throws SOURCE_UNAVAILABLE, SOURCE_UNTRUSTED or SOURCE_REFUSED.
 */
export async function openConnection(
  settings: ConnectSettings,
  resume: RawSession | null,
  signal: AbortSignal,
): Promise<Connection> {
  const { endpoint, requestTimeoutMs } = settings
  // It prints to the console; what matters comes to us as an error.
  setLogLevel(LogLevel.Alert)
  const store = await openCertificateStore(settings.pkiFolder)
  const client = createClient(settings, store.manager)
  const broken = new Promise<string>((resolve) => {
    client.on('close', (error) => resolve(error ? messageOf(error) : 'connection closed'))
    client.on('connection_lost', () => resolve('connection lost'))
  })
  const disconnect = (): Promise<void> =>
    within(
      signal.aborted ? partingMs : requestTimeoutMs,
      'disconnecting',
      client.disconnect(),
    ).catch(() => undefined)
  try {
    await within(2 * requestTimeoutMs, 'connecting', client.connect(endpoint), signal)
    const resumed = resume !== null && (await reactivate(client, resume, requestTimeoutMs))
    const session = resumed
      ? resume
      : rawSession(
          await within(
            requestTimeoutMs,
            'opening a session',
            client.createSession2(identity(settings)),
            signal,
          ),
        )
    const namespaces = await readNamespaces(session)
    const limits = await readOperationLimits(session)
    const close = async (what: 'keep' | 'delete'): Promise<void> => {
      if (what === 'delete') {
        await within(partingMs, 'closing', session.close(true)).catch(() => undefined)
      }
      await disconnect()
    }
    return { session, resumed, namespaces, limits, broken, close }
  } catch (error) {
    const untrusted = await store.untrusted(endpoint, error)
    await disconnect()
    throw untrusted ?? connectError(error, endpoint, store.ownCertificate)
  }
}

function createClient(settings: ConnectSettings, manager: object): OPCUAClient {
  const secure = settings.securityMode !== 'None'
  return OPCUAClient.create({
    applicationName: settings.applicationName,
    applicationUri: `urn:mla:${settings.applicationName}`,
    clientName: settings.applicationName,
    clientCertificateManager: manager as never,
    securityMode: MessageSecurityMode[settings.securityMode],
    securityPolicy: secure ? coerceSecurityPolicy(settings.securityPolicy) : SecurityPolicy.None,
    // Servers behind NAT or in containers name hosts that only they know.
    endpointMustExist: false,
    // We repair connections ourselves; see docs/decisions/0003-opcua-connection-health.md.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    keepPendingSessionsOnDisconnect: true,
    requestedSessionTimeout: sessionTimeoutMs,
    defaultTransactionTimeout: settings.requestTimeoutMs,
    transportSettings: { sendBufferSize },
  })
}

async function reactivate(
  client: OPCUAClient,
  session: ClientSession,
  timeoutMs: number,
): Promise<boolean> {
  try {
    await within(timeoutMs, 'resuming the session', client.reactivateSession(session))
    return true
  } catch {
    return false
  }
}

const identity = ({ user }: ConnectSettings): UserIdentityInfo =>
  user === null
    ? { type: UserTokenType.Anonymous }
    : { type: UserTokenType.UserName, userName: user.name, password: user.password }

/** Rejects when `work` takes longer; the work itself goes on, and its end is nobody's any more. */
async function within<T>(
  timeoutMs: number,
  what: string,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(new Error(`stopped while ${what}`))
  const timer = setTimeout(() => {
    reject(new Error(`timed out after ${timeoutMs} ms while ${what}`))
  }, timeoutMs)
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    work.catch(() => undefined)
  }
}
