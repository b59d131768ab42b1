import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import { collecting, dial, openBus, until } from './collector.fixture.ts'

const run = promisify(execFile)
const limit = { timeout: 60_000 }

/** A certificate that is its own authority, for 127.0.0.1. */
async function certificate(folder: string, name: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  await run('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ],
    ...[
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ],
  ])
  return { key, cert }
}

test(
  'syslog over TLS: senders with a certificate of the authority are heard, others refused and counted',
  limit,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mla-tls-'))
    const server = await certificate(folder, 'server')
    const client = await certificate(folder, 'client')
    await using bus = openBus()
    await using collector = await collecting(
      `sources:
  a:
    recipe: syslog
    listen: ['tls://127.0.0.1:0']
    tls: {certificateFile: '${server.cert}', keyFile: '${server.key}', caFile: '${client.cert}'}
`,
      bus,
    )
    const port = await collector.portOf('a')
    const [ca, cert, key] = await Promise.all(
      [server.cert, client.cert, client.key].map((path) => readFile(path)),
    )
    const socket = connect({ port, host: '127.0.0.1', ca, cert, key })
    await once(socket, 'secureConnect')
    socket.end('<14>Nov 21 08:00:00 h app: over TLS\n')
    const [record] = await bus.have(1)
    assert.equal(record?.message, 'over TLS')
    const stranger = connect({ port, host: '127.0.0.1', ca })
    stranger.on('error', () => {})
    await new Promise((closed) => stranger.on('close', closed))
    const plain = await dial(port)
    plain.on('error', () => {})
    plain.write('<14>not TLS at all\n')
    await new Promise((closed) => plain.on('close', closed))
    await until(
      async () => (await collector.count('mla_log_problems_total', 'TLS handshake failed')) >= 2,
    )
    assert.equal(bus.records.filter(({ message }) => message.includes('not TLS')).length, 0)
    await rm(folder, { recursive: true })
  },
)
