import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type LogRecord, parseTime } from '@mla/model'
import { collecting, openBus, send, until } from './collector.fixture.ts'

const limit = { timeout: 20_000 }

async function datagram(
  port: number,
  ...messages: readonly (string | Uint8Array)[]
): Promise<void> {
  const socket = createSocket('udp4')
  for (const message of messages) {
    await new Promise<void>((done) => socket.send(message, port, '127.0.0.1', () => done()))
  }
  socket.close()
}
const brief = ({ priority, host, process, message }: LogRecord) => [
  priority,
  host,
  process,
  message,
]

test(
  'syslog over TCP and UDP, GELF over TCP and UDP, JSON over TCP and HTTP, ACS, journald, firmware',
  limit,
  async () => {
    await using bus = openBus()
    const source = (recipe: string, ...kinds: string[]) =>
      `{recipe: ${recipe}, listen: [${kinds.map((kind) => `'${kind}://127.0.0.1:0'`).join(', ')}]}`
    await using collector = await collecting(
      `sources:
  syslog: ${source('syslog', 'tcp', 'udp')}
  gelf: ${source('gelf', 'tcp', 'udp')}
  json: ${source('json', 'tcp', 'http')}
  acs: ${source('acs', 'tcp')}
  journal: ${source('journal', 'tcp')}
  firmware: ${source('firmware', 'tcp')}
`,
      bus,
    )
    const line = '<11>Nov 21 08:00:00 tel01 mount[7]: '
    await send(await collector.portOf('syslog'), `${line}newline\n43 ${line}counted\n`)
    await datagram(await collector.portOf('syslog', 1), `${line}datagram\n`)
    const gelf = (text: string) =>
      JSON.stringify({ version: '1.1', host: 'g', short_message: text, level: 3 })
    await send(await collector.portOf('gelf'), `${gelf('stream')}\0`)
    await datagram(await collector.portOf('gelf', 1), gzipSync(gelf('packet')))
    await send(await collector.portOf('json'), '{"level":"error","msg":"json line","host":"j"}\n')
    const url = `http://127.0.0.1:${await collector.portOf('json', 1)}/logs`
    const posted = await fetch(url, {
      method: 'POST',
      body: '[{"msg":"one","level":50},{"msg":"two","level":50}]',
    })
    assert.equal(posted.status, 204)
    assert.equal((await fetch(url)).status, 405)
    await send(
      await collector.portOf('acs'),
      '<Error TimeStamp="2026-11-21T08:00:00.000" Host="a" Process="c"><![CDATA[acs entry]]></Error>',
    )
    await send(
      await collector.portOf('journal'),
      'PRIORITY=3\n_HOSTNAME=h\nMESSAGE=journal record\n\n',
    )
    await send(await collector.portOf('firmware'), 'E (12345) i2c: firmware line\r\n')
    const records = await bus.have(11)
    assert.deepEqual(
      records.map(brief).sort((a, b) => String(a[3]).localeCompare(String(b[3]))),
      [
        ['ERROR', 'a', 'c', 'acs entry'],
        ['ERROR', 'tel01', 'mount', 'counted'],
        ['ERROR', 'tel01', 'mount', 'datagram'],
        ['ERROR', '127.0.0.1', 'i2c', 'firmware line'],
        ['ERROR', 'h', null, 'journal record'],
        ['ERROR', 'j', null, 'json line'],
        ['ERROR', 'tel01', 'mount', 'newline'],
        ['ERROR', '127.0.0.1', null, 'one'],
        ['ERROR', 'g', null, 'packet'],
        ['ERROR', 'g', null, 'stream'],
        ['ERROR', '127.0.0.1', null, 'two'],
      ],
    )
    assert.ok(records.every(({ raw }) => raw === null))
    assert.ok(
      records.every(
        ({ time, receivedTime }) => time > 0 && receivedTime > parseTime('2026-01-01T00:00:00Z'),
      ),
    )
    await until(async () => (await collector.count('mla_log_received_total')) === 11)
    assert.equal(collector.life.health.report().ready, true)
  },
)

test(
  'priority filter, rate limit and folding are counted, and said in records',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(
      `sources:
  a: {recipe: syslog, listen: ['tcp://127.0.0.1:0'], minPriority: INFO, rate: {perSecond: 0.001, burst: 3}, fold: {within: 1h}}
`,
      bus,
    )
    const same = '<14>Nov 21 08:00:00 h app: same\n'
    const other = (i: number) => `<14>Nov 21 08:00:00 h app: text ${i}\n`
    await send(
      await collector.portOf('a'),
      '<15>Nov 21 08:00:00 h app: debug\n',
      same.repeat(5),
      other(1),
      other(2),
      other(3),
      other(4),
    )
    await bus.have(3)
    await collector.stop()
    const records = await bus.have(5)
    assert.deepEqual(
      records.map(({ message }) => message.replace(/in \d+ s/, 'in n s')),
      [
        'same',
        'text 1',
        'text 2',
        'repeated 4 times: same',
        '2 records in n s were suppressed: the source may send 0.001 a second',
      ],
    )
    for (const [reason, count] of [
      ['priority', 1],
      ['folded', 4],
      ['rate', 2],
    ] as const) {
      assert.equal(await collector.count('mla_log_withheld_total', `reason="${reason}"`), count)
    }
    assert.equal(await collector.count('mla_records_received_total'), 10)
  },
)

test(
  'endpoints follow the configuration while it runs; connections of unchanged sources stay',
  limit,
  async () => {
    await using bus = openBus()
    const one = "one: {recipe: lines, listen: ['tcp://127.0.0.1:0']}"
    await using collector = await collecting(`sources:\n  ${one}\n`, bus)
    const port = await collector.portOf('one')
    await send(port, 'first\n')
    collector.configure(
      `sources:\n  ${one}\n  two: {recipe: lines, listen: ['tcp://127.0.0.1:0']}\n`,
    )
    await send(await collector.portOf('two'), 'second\n')
    await bus.have(2)
    await send(port, 'third\n')
    collector.configure('sources: {three: {recipe: nonsense, listen: []}}')
    collector.configure(
      `sources:\n  two: {recipe: lines, listen: ['tcp://127.0.0.1:0'], minPriority: INFO}\n`,
    )
    await until(() => collector.figures().sources.length === 1)
    await assert.rejects(send(port, 'nobody\n'), { code: 'ECONNREFUSED' })
    await send(await collector.portOf('two'), 'fourth\n')
    const records = await bus.have(4)
    assert.deepEqual(
      records.map(({ source, message }) => `${source}: ${message}`),
      ['one: first', 'two: second', 'one: third', 'two: fourth'],
    )
  },
)
