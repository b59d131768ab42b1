import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { mapAtOnce } from './at-once.ts'
import { type Fixture, openHmi, pointOf, sampleOf } from './hmi.fixture.ts'

const cases = 1_000
const numbers = Array.from({ length: cases }, (_, i) => i)
const a = 'Array/LST1/Temperature'

/** Numbers in [0, below), the same in every run (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Random = ReturnType<typeof randomOf>

const documents = [
  `query($p: [ID!]!, $m: Int) { latest(points: $p) { point time value } points(first: $m) { edges { node { id } } } }`,
  `{ history(points: ["${a}"], from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", every: "1h", method: MEAN) { samples { value } } }`,
  `subscription S { samples(points: ["${a}"]) { ...f } } fragment f on Sample { point value missed }`,
]
const pieces = [
  '{',
  '}',
  '"',
  '...',
  '$',
  '(',
  ')',
  '[',
  ']',
  '!',
  ':',
  '@skip(if: true)',
  '\\u{0}',
  '"""',
  '\0',
  '٣',
  '1e999',
  '-',
  '#',
  'fragment x on X { ...x }',
  ' null ',
  '__schema',
  '{a'.repeat(50),
]

/** Cuts, doubles, swaps and replaces some places of a text. */
function mutate(text: string, random: Random): string {
  let mutated = text
  for (let n = random(6) + 1; n > 0; n--) {
    const at = random(mutated.length + 1)
    const to = at + random(mutated.length - at + 1)
    const piece = random(2) === 0 ? (pieces[random(pieces.length)] ?? '') : mutated.slice(at, to)
    mutated = mutated.slice(0, at) + piece + mutated.slice(random(3) === 0 ? to : at + random(3))
  }
  return mutated.slice(0, 20_000)
}

const oddVariables: unknown[] = [
  null,
  1,
  'x',
  [],
  [[]],
  { p: 1 },
  { p: [null] },
  { p: [{}], m: 1e300 },
  { p: ['x'], m: -1 },
  { __proto__: null, p: [['x']] },
]

async function answersStill(hmi: Fixture): Promise<void> {
  const { data } = await hmi.query(`{ latest(points: ["${a}"]) { value } }`)
  assert.deepEqual(data, { latest: [{ value: 1 }] })
}

async function openWithSample(): Promise<Fixture> {
  const hmi = await openHmi({ points: [pointOf(a)] })
  await hmi.publish(sampleOf(a, Date.now() * 1000, 1))
  while ((await hmi.metric('mla_records_received_total{service="hmi"}')) < 1);
  return hmi
}

test(`${cases} malformed documents are each answered, with a code or with data`, async () => {
  await using hmi = await openWithSample()
  const random = randomOf(1)
  await mapAtOnce(numbers, 20, async (i) => {
    const document = mutate(documents[i % documents.length] ?? '', random)
    const variables = oddVariables[random(oddVariables.length)]
    const response = await fetch(`${hmi.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    })
    const answer = (await response.json()) as {
      data?: unknown
      errors?: { extensions?: unknown }[]
    }
    const codes = (answer.errors ?? []).map(({ extensions }) => extensions as { code: string })
    const shown = JSON.stringify({ document, variables, answer })
    assert.ok(answer.data || codes.length > 0, shown)
    assert.ok(
      codes.every(({ code }) => code && code !== 'INTERNAL'),
      shown,
    )
  })
  await answersStill(hmi)
})

test(`${cases} malformed bodies are each answered`, async () => {
  await using hmi = await openWithSample()
  const random = randomOf(2)
  const body = JSON.stringify({ query: documents[0], variables: { p: [a] }, operationName: null })
  await mapAtOnce(numbers, 20, async () => {
    const response = await fetch(`${hmi.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': random(20) === 0 ? 'text/plain' : 'application/json' },
      body: mutate(body, random),
    })
    const text = await response.text()
    assert.ok(response.status < 500, text)
    assert.ok(JSON.parse(text))
  })
  await answersStill(hmi)
})

/** Messages of the protocol, whole and broken, and what is none. */
function oddMessage(random: Random): string | Buffer {
  const subscribe = (payload: unknown) =>
    JSON.stringify({ id: String(random(3)), type: 'subscribe', payload })
  const document = documents[random(documents.length)] ?? ''
  const messages: (() => string | Buffer)[] = [
    () => JSON.stringify({ type: 'connection_init' }),
    () =>
      JSON.stringify({ type: 'connection_init', payload: random(2) ? 5 : { Authorization: [] } }),
    () => subscribe({ query: document, variables: { p: [a], m: 1 } }),
    () => subscribe({ query: mutate(document, random) }),
    () => subscribe({ query: document, variables: oddVariables[random(oddVariables.length)] }),
    () => subscribe(oddVariables[random(oddVariables.length)]),
    () => mutate(subscribe({ query: document }), random),
    () => JSON.stringify({ id: String(random(3)), type: 'complete' }),
    () =>
      JSON.stringify({
        type: ['ping', 'pong', 'next', 'nonsense', '__proto__'][random(5)],
        id: '1',
      }),
    () => Buffer.from(Array.from({ length: random(40) }, () => random(256))),
  ]
  return messages[random(messages.length)]?.() ?? ''
}

test(`${cases} malformed messages over WebSocket leave the server well`, async () => {
  await using hmi = await openWithSample()
  const random = randomOf(3)
  const url = `${hmi.url.replace('http', 'ws')}/graphql`
  for (let sent = 0; sent < cases; ) {
    const socket = new WebSocket(url, 'graphql-transport-ws')
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await new Promise((resolve) => socket.once('open', resolve))
    if (random(4) > 0) socket.send('{"type":"connection_init"}')
    for (let n = random(8) + 1; n > 0 && socket.readyState === socket.OPEN; n--, sent++) {
      await new Promise((resolve) => socket.send(oddMessage(random), resolve))
    }
    if (random(3) === 0) socket.terminate()
    else socket.close()
    await closed
  }
  await answersStill(hmi)
  assert.equal((await hmi.metric('mla_errors_total{code="INTERNAL",service="hmi"}')) || 0, 0)
})

test(`${cases} malformed frames below the messages leave the server well`, async () => {
  await using hmi = await openWithSample()
  const random = randomOf(4)
  const { port, host } = new URL(hmi.url)
  const upgrade = `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`
  for (let sent = 0; sent < cases; ) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write(random(10) === 0 ? mutate(upgrade, random) : upgrade)
    for (let n = random(20) + 1; n > 0; n--, sent++) {
      const size = random(12)
      // The opcode and the length are any; what follows is random too.
      const frame = [
        random(256),
        random(2) * 128 + random(128),
        ...Array.from({ length: size }, () => random(256)),
      ]
      socket.write(Buffer.from(frame))
    }
    socket.resume()
    socket.end()
    socket.destroySoon()
    await closed
  }
  await answersStill(hmi)
  while ((await hmi.metric('mla_hmi_clients{service="hmi"}')) > 0);
})
