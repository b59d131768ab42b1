/**
 * A client of MLA's HMI for browsers, Node (22 or newer), Deno and Bun: no dependency.
 *
 *     const mla = createMla({ url: 'https://mla.example.org', token: 'mla_…' })
 *     for (const { time, value } of await mla.latest(['Array/Weather/North/Temperature'])) …
 *     for await (const samples of mla.samples(['Tel01/Mount/Azimuth/Position'])) …
 */
export interface MlaSettings {
  /** Default http://127.0.0.1:8080. */
  readonly url?: string
  readonly token?: string
}

/** A number, string, boolean or a list of them; integers beyond 2^53 and NaN are strings. */
export type Value = number | string | boolean | null | readonly (number | string | boolean)[]

export interface Sample {
  readonly point: string
  /** RFC 3339 in UTC, with microseconds where there are any. */
  readonly time: string
  readonly value: Value
  /** The name of an enumeration's value. */
  readonly text: string | null
  readonly quality: 'GOOD' | 'UNCERTAIN' | 'BAD'
  readonly status: number
}

export interface Bucket {
  readonly time: string
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
}

export interface Series {
  readonly point: string
  readonly tier: string
  readonly samples: readonly Sample[] | null
  readonly buckets: readonly Bucket[] | null
}

export interface LogRecord {
  readonly id: string
  readonly time: string
  readonly priority: string
  readonly source: string
  readonly host: string | null
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>> | null
}

export interface Alarm {
  readonly id: string
  readonly state: 'CLEAR_ACK' | 'CLEAR_UNACK' | 'SET_UNACK' | 'SET_ACK'
  readonly priority: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  readonly validity: 'RELIABLE' | 'UNRELIABLE'
  readonly time: string
  readonly description: string | null
  /** The monitoring points that it is worked out from. */
  readonly points: readonly string[]
  /** ANNUNCIATED, or what keeps it from calling. */
  readonly annunciation: string
  readonly acknowledgedBy: string | null
  readonly comment: string | null
  readonly guidance: string | null
}

/** What the API refused or could not do: `code` is one of its codes. */
export class MlaClientError extends Error {
  override readonly name = 'MlaClientError'
  readonly code: string
  readonly retryable: boolean

  constructor(message: string, code: string, retryable: boolean) {
    super(message)
    this.code = code
    this.retryable = retryable
  }
}

export interface Mla {
  /** Any query or mutation. Throws MlaClientError. */
  query<T>(document: string, variables?: Readonly<Record<string, unknown>>): Promise<T>
  latest(points: readonly string[], at?: string): Promise<readonly Sample[]>
  /** [from, to): samples, or buckets where there are more than `maxPoints`. */
  history(
    points: readonly string[],
    range: { readonly from: string; readonly to: string; readonly maxPoints?: number },
  ): Promise<readonly Series[]>
  /** The newest first, page by page for as long as one asks. */
  logs(filter?: object, range?: { from?: string; to?: string }): AsyncIterable<LogRecord>
  /** The most urgent first; those of a time with `at`. */
  alarms(filter?: object, at?: string): Promise<readonly Alarm[]>
  acknowledge(alarm: string, comment: string): Promise<void>
  command(
    component: string,
    command: string,
    params?: readonly string[],
  ): Promise<{ readonly accepted: boolean; readonly message: string | null }>
  /** All samples of a range as a file: csv, ndjson, json, parquet. */
  download(
    points: readonly string[],
    range: { readonly from: string; readonly to?: string; readonly format?: string },
  ): Promise<Response>
  /** Live samples in batches, the newest of each point first; ends with `break`. */
  samples(points: readonly string[], since?: string): AsyncIterable<readonly Sample[]>
  /** What any subscription sends, until its end. */
  subscribe<T>(document: string, variables?: Readonly<Record<string, unknown>>): AsyncIterable<T>
}

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly extensions?: { readonly code?: string; readonly retryable?: boolean }
  }[]
}

const alarmFields =
  'id state priority validity time description points annunciation acknowledgedBy comment guidance'
const sampleFields = 'point time value text quality status'

export function createMla({ url = 'http://127.0.0.1:8080', token }: MlaSettings = {}): Mla {
  const base = url.replace(/\/+$/, '')
  const authorization: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}

  async function query<T>(document: string, variables = {}): Promise<T> {
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ query: document, variables }),
    }).catch((error: unknown) => {
      throw new MlaClientError(`${base} does not answer: ${error}`, 'UNREACHABLE', true)
    })
    const answer = (await response.json().catch(() => ({}))) as Answer
    if (answer.data === undefined || answer.data === null) throw errorOf(answer)
    return answer.data as T
  }

  const subscribe = <T>(document: string, variables = {}): AsyncIterable<T> =>
    subscription<T>(`${base.replace(/^http/, 'ws')}/graphql`, authorization, {
      query: document,
      variables,
    })

  return {
    query,
    subscribe,
    async latest(points, at) {
      const document = `query ($points: [ID!]!, $at: DateTime) {
        latest(points: $points, at: $at) { ${sampleFields} } }`
      return (await query<{ latest: readonly Sample[] }>(document, { points, at })).latest
    },
    async history(points, { from, to, maxPoints = 1000 }) {
      const document = `query ($points: [ID!]!, $from: DateTime!, $to: DateTime!, $max: Int!) {
        history(points: $points, from: $from, to: $to, maxPoints: $max) {
          point tier samples { ${sampleFields} } buckets { time count min max mean } } }`
      const variables = { points, from, to, max: maxPoints }
      return (await query<{ history: readonly Series[] }>(document, variables)).history
    },
    async *logs(filter = {}, { from, to } = {}) {
      const document = `query ($filter: LogFilter, $from: DateTime, $to: DateTime, $after: String) {
        logs(filter: $filter, from: $from, to: $to, first: 1000, after: $after) {
          edges { node { id time priority source host message fields } }
          pageInfo { hasNextPage endCursor } } }`
      for (let after: string | null = null; ; ) {
        const { logs }: LogPage = await query<LogPage>(document, { filter, from, to, after })
        for (const { node } of logs.edges) yield node
        if (!logs.pageInfo.hasNextPage) return
        after = logs.pageInfo.endCursor
      }
    },
    async alarms(filter = {}, at) {
      const document = `query ($filter: AlarmFilter, $at: DateTime) {
        alarms(filter: $filter, at: $at) { ${alarmFields} } }`
      return (await query<{ alarms: readonly Alarm[] }>(document, { filter, at })).alarms
    },
    async acknowledge(alarm, comment) {
      const document = `mutation ($alarm: ID!, $comment: String!) {
        acknowledge(alarm: $alarm, comment: $comment) { id } }`
      await query(document, { alarm, comment })
    },
    async command(component, command, params = []) {
      const document = `mutation ($component: ID!, $command: Command!, $params: [String!]) {
        command(component: $component, command: $command, params: $params) { accepted message } }`
      type Reply = { accepted: boolean; message: string | null }
      const variables = { component, command, params }
      return (await query<{ command: Reply }>(document, variables)).command
    },
    async download(points, { from, to, format = 'parquet' }) {
      const wanted = new URLSearchParams({ points: points.join(','), from, format })
      if (to !== undefined) wanted.set('to', to)
      const response = await fetch(`${base}/download?${wanted}`, { headers: authorization })
      if (response.ok) return response
      throw errorOf((await response.json().catch(() => ({}))) as Answer)
    },
    async *samples(points, since) {
      const document = `subscription ($points: [ID!]!, $since: DateTime) {
        samples(points: $points, since: $since) { ${sampleFields} } }`
      const data = subscribe<{ samples: readonly Sample[] }>(document, { points, since })
      for await (const { samples } of data) yield samples
    },
  }
}

interface LogPage {
  readonly logs: {
    readonly edges: readonly { readonly node: LogRecord }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

function errorOf({ errors }: Answer): MlaClientError {
  const [first] = errors ?? []
  const { code = 'INTERNAL', retryable = false } = first?.extensions ?? {}
  return new MlaClientError(first?.message ?? 'neither data nor errors came', code, retryable)
}

interface Message {
  readonly type: string
  readonly payload?: unknown
}

/** One subscription on a WebSocket of its own; what comes while its reader is busy waits here. */
async function* subscription<T>(
  address: string,
  authorization: Readonly<Record<string, string>>,
  payload: object,
): AsyncGenerator<T> {
  const socket = new WebSocket(address, 'graphql-transport-ws')
  const waiting: T[] = []
  let failure: MlaClientError | null = null
  let hasEnded = false
  let wake = () => {}
  const send = (message: object): void => socket.send(JSON.stringify(message))
  const hear = ({ type, payload: content }: Message): void => {
    if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload })
    else if (type === 'ping') send({ type: 'pong' })
    else if (type === 'error')
      failure = errorOf({ errors: content as NonNullable<Answer['errors']> })
    else if (type === 'complete') hasEnded = true
    else if (type === 'next') {
      const answer = content as Answer
      if (answer.data) waiting.push(answer.data as T)
      else failure = errorOf(answer)
    }
    wake()
  }
  socket.onopen = () => send({ type: 'connection_init', payload: authorization })
  socket.onmessage = ({ data }) => hear(JSON.parse(String(data)) as Message)
  socket.onclose = ({ code, reason }) => {
    const isForbidden = code === 4401 || code === 4403
    const kind = isForbidden ? 'NOT_AUTHENTICATED' : 'UNREACHABLE'
    failure ??= new MlaClientError(reason || `closed with ${code}`, kind, !isForbidden)
    wake()
  }
  try {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (failure) throw failure
      else if (hasEnded) return
      else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    socket.close()
  }
}
