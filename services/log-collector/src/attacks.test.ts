import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { collecting, dial, openBus, send, until, write } from './collector.fixture.ts'

const limit = { timeout: 30_000 }
const source = (more = '') =>
  `sources:\n  a: {recipe: syslog, listen: ['tcp://127.0.0.1:0'], longestRecord: 1000${more}}\n`
const good = '<14>Nov 21 08:00:00 h app: good\n'

test(
  '1,000 connections at once, each with its record; those beyond the limit are refused and counted',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(source(', mostConnections: 1000'), bus)
    const port = await collector.portOf('a')
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => dial(port)))
    await until(() => collector.figures().sources[0]?.connections === 1000)
    const beyond = await dial(port)
    await new Promise((closed) => beyond.on('error', () => {}).on('close', closed))
    await Promise.all(
      sockets.map((socket, i) => write(socket, `<14>Nov 21 08:00:00 h app: ${i}\n`)),
    )
    const records = await bus.have(1000)
    assert.equal(new Set(records.map(({ message }) => message)).size, 1000)
    for (const socket of sockets) socket.destroy()
    await until(
      async () => (await collector.count('mla_log_problems_total', 'too many connections')) === 1,
    )
  },
)

test(
  'a line that never ends, one a byte at a time, and a huge one: each is cut and counted, and hides no other',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(source(), bus)
    const port = await collector.portOf('a')
    const endless = await dial(port)
    await write(endless, `<14>Nov 21 08:00:00 h app: endless ${'x'.repeat(5_000)}`)
    const slow = await dial(port)
    slow.setNoDelay(true)
    for (const byte of '<14>Nov 21 08:00:00 h app: slow\n') {
      await write(slow, byte)
      await turn()
    }
    const megabyte = Buffer.alloc(1024 * 1024, 'y')
    const huge = Array.from({ length: 64 }, () => megabyte)
    await send(port, '<14>Nov 21 08:00:00 h app: huge ', ...huge, `\n${good}`)
    const records = await bus.have(3)
    assert.deepEqual(records.map(({ message }) => message.slice(0, 5)).sort(), [
      'good',
      'huge ',
      'slow',
    ])
    const cut = records.find(({ message }) => message.startsWith('huge'))
    assert.equal(
      cut?.fields.find(({ name }) => name === 'cutBytes')?.value,
      64 * 1024 * 1024 + 32 - 1000,
    )
    endless.destroy()
    const [, , , last] = await bus.have(4)
    assert.match(last?.message ?? '', /^endless x+$/)
    slow.destroy()
  },
)

test(
  'bytes that are not UTF-8, NUL bytes and blank lines are records, or counted',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(source(), bus)
    const bad = Buffer.concat([
      Buffer.from('<14>Nov 21 08:00:00 h app: bad '),
      Buffer.from([0xff, 0xc0, 10]),
    ])
    await send(
      await collector.portOf('a'),
      '\n\r\n\0\0\n',
      bad,
      '<14>Nov 21 08:00:00 h app: a\0b\n',
      '\x00\x01\x02rubbish\n',
    )
    const records = await bus.have(3)
    assert.deepEqual(
      records.map(({ message }) => message),
      ['bad \ufffd\ufffd', 'a\0b', '\x01\x02rubbish'],
    )
    assert.deepEqual(Buffer.from(records[0]?.raw ?? []), bad.subarray(0, -1))
    await until(async () => (await collector.count('mla_log_not_understood_total')) === 1)
  },
)

test('a bus that is slow makes TCP senders wait, and nothing is lost', limit, async () => {
  await using bus = openBus()
  await using collector = await collecting(source(), bus, {
    queueBytes: 256 * 1024,
    batchBytes: 64 * 1024,
  })
  const port = await collector.portOf('a')
  const gate = Promise.withResolvers<void>()
  bus.slow(gate.promise)
  const lines = 60_000
  const sending = send(
    port,
    ...Array.from({ length: lines / 1000 }, (_, k) =>
      Array.from(
        { length: 1000 },
        (_, i) => `<14>Nov 21 08:00:00 h app: ${k * 1000 + i} ${'z'.repeat(150)}\n`,
      ).join(''),
    ),
  )
  await until(() => collector.figures().isFull)
  const waiting = collector.figures().queueBytes
  assert.ok(waiting < 4 * 1024 * 1024, `waiting ${waiting}`)
  bus.slow(null)
  gate.resolve()
  await sending
  const records = await bus.have(lines)
  assert.deepEqual(
    records.slice(0, lines).map(({ message }) => Number.parseInt(message, 10)),
    [...Array(lines).keys()],
  )
})
