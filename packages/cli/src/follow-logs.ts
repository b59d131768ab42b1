import { setTimeout as delay } from 'node:timers/promises'
import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { hmiUrl } from './graphql.ts'
import { logFields, type ShownLog } from './log-lines.ts'

const query = `subscription ($filter: LogFilter, $since: DateTime) {
  logs(filter: $filter, since: $since) { ${logFields} } }`

interface Message {
  readonly type: string
  readonly payload?: unknown
}

/** Records of the last moments: what comes again after a new connection is known by its id. */
const mostKnown = 20_000
const againMs = 1_000

/**
 * Hands out records as they come, until Ctrl-C. A connection that is lost is made anew, from the
 * newest record on. Throws where the first one fails, and where the HMI refuses what is asked.
 */
export async function followLogs(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  since: string,
  print: (record: ShownLog) => void,
): Promise<void> {
  const known = new Set<string>()
  let from = since
  let isFirst = true
  const take = (records: readonly ShownLog[]): void => {
    isFirst = false
    for (const record of records) {
      if (known.has(record.id)) continue
      known.add(record.id)
      if (known.size > mostKnown) known.delete(known.values().next().value as string)
      if (Date.parse(record.time) > Date.parse(from) && Date.parse(record.time) <= Date.now()) {
        from = record.time
      }
      print(record)
    }
  }
  while (!cli.signal.aborted) {
    const reason = await connection(cli, { filter, since: from }, take)
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
function connection(
  cli: Cli,
  variables: Readonly<Record<string, unknown>>,
  take: (records: readonly ShownLog[]) => void,
): Promise<string> {
  const url = `${hmiUrl(cli).replace(/^http/, 'ws')}/graphql`
  const token = cli.env['MLA_TOKEN']
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const send = (message: unknown): void => socket.send(JSON.stringify(message))
  const end = (): void => socket.close()
  cli.signal.addEventListener('abort', end, { once: true })
  socket.onopen = () =>
    send({
      type: 'connection_init',
      payload: token ? { Authorization: `Bearer ${token}` } : {},
    })
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(String(data)) as Message
    if (type === 'connection_ack') {
      send({ id: '1', type: 'subscribe', payload: { query, variables } })
    } else if (type === 'ping') send({ type: 'pong' })
    else if (type === 'next') take(recordsIn(payload))
    else if (type === 'error') {
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

const recordsIn = (payload: unknown): readonly ShownLog[] =>
  (payload as { data?: { logs?: readonly ShownLog[] } | null }).data?.logs ?? []

function refused(payload: unknown): Failure {
  const [first] = payload as readonly {
    message?: string
    extensions?: { code?: string }
  }[]
  const isAway = first?.extensions?.code?.endsWith('_UNAVAILABLE')
  const message = first?.message ?? 'the HMI refused'
  return isAway
    ? new Failure(3, message, 'try again when it is back')
    : new Failure(2, message, 'see --help')
}
