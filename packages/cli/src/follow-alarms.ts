import { setTimeout as delay } from 'node:timers/promises'
import { alarmFields, type ShownAlarm } from './alarm-lines.ts'
import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { hmiUrl } from './graphql.ts'

const query = `subscription ($filter: AlarmFilter) { alarms(filter: $filter) { ${alarmFields} } }`
const againMs = 1_000

/**
 * Hands out alarms as they change, until Ctrl-C: first those that match. A connection that is lost
 * is made anew. Throws where the first one fails, and where the HMI refuses what is asked.
 */
export async function followAlarms(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  print: (alarm: ShownAlarm) => void,
): Promise<void> {
  /** What was printed last of each: a snapshot after a lost connection says most of it again. */
  const known = new Map<string, string>()
  let isFirst = true
  const take = (alarms: readonly ShownAlarm[]): void => {
    isFirst = false
    for (const alarm of alarms) {
      const text = JSON.stringify({ ...alarm, properties: null })
      if (known.get(alarm.id) === text) continue
      known.set(alarm.id, text)
      print(alarm)
    }
  }
  while (!cli.signal.aborted) {
    const reason = await connection(cli, filter, take)
    if (cli.signal.aborted) return
    if (isFirst) {
      const cure = 'start it, or set MLA_URL to its address'
      throw new Failure(3, `the HMI at ${hmiUrl(cli)} does not answer: ${reason}`, cure)
    }
    cli.out.note(cli.out.paint('yellow', `mla: the connection is lost (${reason}); again…`))
    await delay(againMs, undefined, { signal: cli.signal }).catch(() => undefined)
  }
}

function connection(
  cli: Cli,
  filter: Readonly<Record<string, unknown>>,
  take: (alarms: readonly ShownAlarm[]) => void,
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
    const { type, payload } = JSON.parse(String(data)) as { type: string; payload?: unknown }
    if (type === 'connection_ack') {
      send({ id: '1', type: 'subscribe', payload: { query, variables: { filter } } })
    } else if (type === 'ping') send({ type: 'pong' })
    else if (type === 'next') {
      take((payload as { data?: { alarms?: readonly ShownAlarm[] } }).data?.alarms ?? [])
    } else if (type === 'error') {
      const [first] = payload as readonly { message?: string }[]
      reject(new Failure(2, first?.message ?? 'the HMI refused', 'see --help'))
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
