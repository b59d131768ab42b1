import { setTimeout as delay } from 'node:timers/promises'
import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { hmiUrl } from './graphql.ts'

const againMs = 1_000

interface Message {
  readonly type: string
  readonly payload?: unknown
}

/**
 * Hands out what a subscription says, until Ctrl-C. A connection that is lost is made anew, with the
 * variables as they are then. Throws where the first one fails, and where the HMI refuses what is asked.
 */
export async function followSubscription<Data>(
  cli: Cli,
  query: string,
  variables: () => Readonly<Record<string, unknown>>,
  take: (data: Data) => void,
): Promise<void> {
  let isFirst = true
  const heard = (data: Data): void => {
    isFirst = false
    take(data)
  }
  while (!cli.signal.aborted) {
    const reason = await connection(cli, { query, variables: variables() }, heard)
    if (cli.signal.aborted) return
    if (isFirst) {
      const cure = 'start it, or set MLA_URL to its address'
      throw new Failure(3, `the HMI at ${hmiUrl(cli)} does not answer: ${reason}`, cure)
    }
    cli.out.note(cli.out.paint('yellow', `mla: the connection is lost (${reason}); again…`))
    await delay(againMs, undefined, { signal: cli.signal }).catch(() => undefined)
  }
}

/** Resolves with why it ended. Throws what the HMI answers to a request that is wrong. */
function connection<Data>(
  cli: Cli,
  request: { readonly query: string; readonly variables: Readonly<Record<string, unknown>> },
  take: (data: Data) => void,
): Promise<string> {
  const token = cli.env['MLA_TOKEN']
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const url = `${hmiUrl(cli).replace(/^http/, 'ws')}/graphql`
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const send = (message: unknown): void => socket.send(JSON.stringify(message))
  const end = (): void => socket.close()
  cli.signal.addEventListener('abort', end, { once: true })
  socket.onopen = () =>
    send({ type: 'connection_init', payload: token ? { Authorization: `Bearer ${token}` } : {} })
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as Message
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: request })
    else if (type === 'ping') send({ type: 'pong' })
    else if (type === 'next') {
      const { data: said } = payload as { readonly data?: Data | null }
      if (said) take(said)
    } else if (type === 'error') {
      reject(refused(payload))
      end()
    } else if (type === 'complete') end()
  }
  socket.onclose = ({ code, reason }) => resolve(reason || `closed with ${code}`)
  socket.onerror = () => resolve('no connection')
  return promise.finally(() => {
    cli.signal.removeEventListener('abort', end)
    end()
  })
}

function refused(payload: unknown): Failure {
  const [first] = payload as readonly {
    readonly message?: string
    readonly extensions?: { readonly code?: string }
  }[]
  const message = first?.message ?? 'the HMI refused'
  return first?.extensions?.code?.endsWith('_UNAVAILABLE')
    ? new Failure(3, message, 'try again when it is back')
    : new Failure(2, message, 'see --help')
}
