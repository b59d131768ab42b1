import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { runMla } from './cli.fixture.ts'
import type { Output } from './cli.ts'
import { logLine, type ShownLog } from './log-lines.ts'

const out = { paint: (colour: string, text: string) => `<${colour}>${text}` } as unknown as Output
const record: ShownLog = {
  ...{ id: '1.2.3.4', time: '2026-11-21T09:00:00Z', priority: 'INFO', source: 'hosts' },
  ...{ host: 'pi-1', process: 'sshd', message: 'hello' },
}
const lines: [title: string, change: Partial<ShownLog>, line: RegExp][] = [
  [
    'names source, host and process',
    {},
    /^2026-11-21T09:00:00Z {8}INFO {6}hosts pi-1 sshd: hello$/,
  ],
  ['has the colour of its priority', { priority: 'ERROR' }, /^<red>/],
  [
    'names a host that the source names once',
    { source: 'hosts/pi-1' },
    / hosts\/pi-1 sshd: hello$/,
  ],
  ['shows further lines below', { message: 'a\nb' }, /: a\n {4}b$/],
  ['cannot steer the terminal', { message: 'a\u001b[2J\r' }, /: a\ufffd\[2J\ufffd$/],
]
for (const [title, change, expected] of lines) {
  test(`a log line ${title}`, () => assert.match(logLine(out, { ...record, ...change }), expected))
}

/** An HMI that streams an export in these pieces; then it ends, or breaks off. */
async function openExport(
  pieces: readonly (string | Uint8Array)[],
  { breaksOff = false, status = 200 } = {},
) {
  const asked: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    asked.push(new URL(request.url ?? '', 'http://hmi').searchParams)
    response.statusCode = status
    for (const piece of pieces) await new Promise((done) => response.write(piece, done))
    if (breaksOff) response.destroy()
    else response.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    asked,
    env: { MLA_URL: `http://127.0.0.1:${address.port}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
const text = `${JSON.stringify(record)}\n${JSON.stringify({ ...record, message: 'grüß' })}\n`

test('logs --all streams a whole range, however it is cut', async () => {
  const bytes = Buffer.from(text)
  const pieces = [bytes.subarray(0, 30), bytes.subarray(30, -5), bytes.subarray(-5)]
  await using hmi = await openExport(pieces)
  const line = ['logs', '--all', '--from', '2026-11-21T00:00:00Z', '--min', 'INFO']
  const { code, out } = await runMla(line, hmi.env)
  assert.match(out, /sshd: hello\n.*sshd: grüß/)
  assert.equal(code, 0)
  const [query] = hmi.asked
  assert.equal(query?.get('from'), '2026-11-21T00:00:00Z')
  assert.equal(query?.get('filter'), '{"minPriority":"INFO"}')
})

const bad: [title: string, settings: object, pieces: string[], code: number, said: RegExp][] = [
  ['a stream that breaks off', { breaksOff: true }, [text], 3, /broke off after 2 records/],
  ['a stream that ends within a record', {}, [text.slice(0, -5)], 3, /broke off after 1 records/],
  [
    'a filter that is refused',
    { status: 400 },
    ['{"errors":[{"message":"regex: no"}]}'],
    2,
    /regex: no/,
  ],
]
for (const [title, settings, pieces, expected, said] of bad) {
  test(`logs --all says so of ${title}`, async () => {
    await using hmi = await openExport(pieces, settings)
    const { code, err } = await runMla(['logs', '--all'], hmi.env)
    assert.match(err, said)
    assert.equal(code, expected)
  })
}
