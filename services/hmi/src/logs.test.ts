import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLogPosition } from '@mla/archive'
import { logLive } from '@mla/bus'
import type { LogRecord } from '@mla/model'
import { openClient, openHmi, type RawClient } from './hmi.fixture.ts'
import { createLogQueue } from './log-queue.ts'

const start = 1_795_176_000_000_000
const within = { timeout: 30_000 }

const recordOf = (second: number, change: Partial<LogRecord> = {}): LogRecord => {
  const time = start + second * 1_000_000
  return {
    ...{ time, receivedTime: time + 1, priority: 'INFO', source: 'hosts/pi-1', host: 'pi-1' },
    ...{ process: 'sshd', thread: null, file: null, line: 7, routine: null, audience: null },
    message: `second ${second}`,
    fields: [
      { name: 'pid', value: 12 },
      { name: 'ip', value: 'a' },
      { name: 'ip', value: 'b' },
    ],
    raw: null,
    id: formatLogPosition({ time, partition: 1, offset: second, index: 0 }),
    ...change,
  }
}

let sequence = 0
const batchOf = (...records: LogRecord[]) => ({
  key: 'hosts',
  record: { collector: 'c', epoch: start, sequence: sequence++, lane: 'hosts.0', records },
})

async function messagesOf(client: RawClient): Promise<string[]> {
  const { type, payload } = await client.next()
  assert.equal(type, 'next', JSON.stringify(payload))
  return (payload as { data: { logs: { message: string }[] } }).data.logs.map((one) => one.message)
}

const pageQuery = `query ($after: String, $order: LogOrder) {
  logs(filter: {minPriority: INFO}, first: 2, after: $after, order: $order) {
    edges { cursor node { id time priority source line message fields } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
interface PageAnswer {
  readonly logs: {
    readonly edges: readonly { readonly cursor: string; readonly node: Record<string, unknown> }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

test('pages of log records go on behind their cursor, newest first', within, async () => {
  await using hmi = await openHmi({})
  hmi.archive.heldLogs.push(...[0, 1, 2, 3, 4].map((second) => recordOf(second)))
  const seen: unknown[] = []
  let after: string | null = null
  for (;;) {
    const { data }: { data: PageAnswer } = await hmi.query<PageAnswer>(pageQuery, { after })
    seen.push(...data.logs.edges.map(({ node }) => node['message']))
    after = data.logs.pageInfo.endCursor
    if (!data.logs.pageInfo.hasNextPage) break
  }
  assert.deepEqual(seen, ['second 4', 'second 3', 'second 2', 'second 1', 'second 0'])
  const { data } = await hmi.query<PageAnswer>(pageQuery, { order: 'OLDEST' })
  assert.deepEqual(data.logs.edges[0]?.node, {
    ...{ id: recordOf(0).id, time: '2026-11-20T12:00:00Z', priority: 'INFO' },
    ...{ source: 'hosts/pi-1', line: 7, message: 'second 0' },
    fields: { pid: 12, ip: ['a', 'b'] },
  })
})

test('what is not archived yet is on a page too, and once', within, async () => {
  await using hmi = await openHmi({})
  hmi.archive.heldLogs.push(recordOf(0), recordOf(1))
  await hmi.bus.publish(logLive, [batchOf(recordOf(1), recordOf(2))])
  for (;;) {
    const { data } = await hmi.query<PageAnswer>(`{logs(first: 9) {edges {node {message}}}}`)
    const messages = data.logs.edges.map(({ node }) => node['message'])
    if (messages.length < 3) continue
    assert.deepEqual(messages, ['second 2', 'second 1', 'second 0'])
    return
  }
})

test('a live tail joins history and what comes, without gap or double', within, async () => {
  await using hmi = await openHmi({})
  hmi.archive.heldLogs.push(recordOf(0), recordOf(1), recordOf(2))
  const shown = batchOf(recordOf(2), recordOf(3))
  await hmi.bus.publish(logLive, [shown])
  await using client = await openClient(hmi.url)
  const query = `subscription ($since: DateTime) {logs(since: $since) {message}}`
  client.subscribe('1', query, { since: '2026-11-20T12:00:01Z' })
  const seen = await messagesOf(client)
  await hmi.bus.publish(logLive, [shown, batchOf(recordOf(4))])
  while (!seen.includes('second 4')) seen.push(...(await messagesOf(client)))
  assert.deepEqual(seen, ['second 1', 'second 2', 'second 3', 'second 4'])
})

test('a live tail begins with an empty list, and shows only what its filter lets through', async () => {
  await using hmi = await openHmi({})
  await using client = await openClient(hmi.url)
  client.subscribe('1', 'subscription {logs(filter: {minPriority: ERROR, text: "x"}) {message}}')
  assert.deepEqual(await messagesOf(client), [])
  await hmi.bus.publish(logLive, [
    batchOf(
      recordOf(1, { priority: 'ERROR', message: 'y' }),
      recordOf(2, { message: 'x' }),
      recordOf(3, { priority: 'ALERT', message: 'X!' }),
    ),
  ])
  assert.deepEqual(await messagesOf(client), ['X!'])
})

const refused: [what: string, args: string][] = [
  ['an expression that is none', 'filter: {regex: "("}'],
  ['an expression that could be slow', 'filter: {regex: "(?=a)"}'],
  ['a cursor that is none', 'after: "x"'],
  ['a negative page', 'first: -1'],
  ['fields that are no object', 'filter: {fields: [1]}'],
]
for (const [what, args] of refused) {
  test(`${what} is refused`, within, async () => {
    await using hmi = await openHmi({})
    const { errors } = await hmi.query(`{logs(${args}) {edges {cursor}}}`)
    assert.equal(errors?.[0]?.extensions['code'], 'QUERY_INVALID')
  })
}

test('an export streams the whole range as NDJSON or CSV', within, async () => {
  await using hmi = await openHmi({})
  hmi.archive.heldLogs.push(
    ...Array.from({ length: 50 }, (_, second) => recordOf(second, { message: `=a,"${second}"` })),
  )
  const get = async (query: string) => {
    const response = await fetch(`${hmi.url}/logs/export?${query}`)
    return { status: response.status, text: await response.text() }
  }
  const range = 'from=2026-11-20T12:00:10Z&to=2026-11-20T12:00:40Z'
  const lines = (await get(range)).text.trimEnd().split('\n')
  assert.equal(lines.length, 30)
  assert.equal(JSON.parse(lines[0] ?? '').message, '=a,"10"')
  const csv = (await get(`${range}&format=csv&order=newest`)).text.trimEnd().split('\r\n')
  assert.equal(csv.length, 31)
  assert.match(csv[1] ?? '', /,"'=a,""39""",/)
  assert.equal((await get('filter=7')).status, 400)
  assert.equal((await get('format=xml')).status, 400)
})

test('an export has what is not archived yet in its place, and nothing twice', within, async () => {
  await using hmi = await openHmi({})
  hmi.archive.heldLogs.push(...[0, 1, 3].map((second) => recordOf(second)))
  // Of two partitions: one is archived further than the other.
  await hmi.bus.publish(logLive, [batchOf(...[1, 2, 3, 4].map((second) => recordOf(second)))])
  for (const [order, expected] of [
    ['oldest', [0, 1, 2, 3, 4]],
    ['newest', [4, 3, 2, 1, 0]],
  ] as const) {
    const exported = async () => {
      const text = await (await fetch(`${hmi.url}/logs/export?order=${order}`)).text()
      return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).message)
    }
    // The live records come over the bus.
    while ((await exported()).length < 5) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      await exported(),
      expected.map((second) => `second ${second}`),
    )
  }
})

test('a client that is too slow for its records is told how many it missed', () => {
  const queue = createLogQueue(10)
  queue.push(Array.from({ length: 25 }, (_, i) => recordOf(i)))
  const [told, ...rest] = queue.take(100, start)
  assert.match(told?.message ?? '', /^15 records were left out/)
  assert.deepEqual(
    rest.map(({ message }) => message),
    Array.from({ length: 10 }, (_, i) => `second ${i + 15}`),
  )
  assert.equal(queue.size, 0)
})
