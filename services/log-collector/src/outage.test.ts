import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MlaError } from '@mla/model'
import { collecting, openBus, send, temporaryFolder, until } from './collector.fixture.ts'

const limit = { timeout: 30_000 }
const yaml = "sources:\n  a: {recipe: syslog, listen: ['tcp://127.0.0.1:0']}\n"
const down = new MlaError('BUS_UNAVAILABLE', 'no broker')
const line = (severity: number, text: string) => `<${8 + severity}>Nov 21 08:00:00 h app: ${text}\n`

test(
  'with the bus away records go to the disk, and come in order when it is back, also after a restart',
  limit,
  async () => {
    await using bus = openBus()
    const dataFolder = await temporaryFolder()
    bus.away(down)
    await using first = await collecting(yaml, bus, { dataFolder })
    const port = await first.portOf('a')
    for (let i = 0; i < 5; i++)
      await send(port, Array.from({ length: 100 }, (_, k) => line(6, `${i * 100 + k}`)).join(''))
    await until(() => first.figures().isBusAway && first.figures().spoolBytes > 0)
    const state = () => first.life.health.report().parts['log-collector']
    await until(() => state() === 'the bus is away, records go to the spool')
    await first.stop()
    assert.equal(bus.records.length, 0)
    bus.away(null)
    await using second = await collecting(yaml, bus, { dataFolder })
    await send(await second.portOf('a'), line(6, '500'))
    const records = await bus.have(501)
    assert.deepEqual(
      records.map(({ message }) => Number(message)),
      [...Array(501).keys()],
    )
    await until(() => second.figures().spoolBytes === 0)
    await second.stop()
    await rm(dataFolder, { recursive: true })
  },
)

test(
  'a full spool lets the least important go first, and counts each by source and priority',
  limit,
  async () => {
    await using bus = openBus()
    await using collector = await collecting(yaml, bus, {
      spoolBytes: 150_000,
      spoolAfterMs: 100,
      batchBytes: 16_384,
    })
    bus.away(down)
    const port = await collector.portOf('a')
    const noise = () => Array.from({ length: 12 }, () => Math.random().toString(36)).join('')
    const sent = new Map([
      ['DEBUG', 0],
      ['INFO', 0],
      ['ERROR', 0],
    ])
    const names = ['DEBUG', 'INFO', 'ERROR'] as const
    for (let i = 0; i < 60; i++) {
      const part = Array.from({ length: 40 }, (_, k) => {
        const name = k === 7 ? 'ERROR' : (names[k % 2] ?? 'INFO')
        sent.set(name, (sent.get(name) ?? 0) + 1)
        return line(name === 'DEBUG' ? 7 : name === 'INFO' ? 6 : 3, noise())
      })
      await send(port, part.join(''))
    }
    const total = () => [...sent.values()].reduce((sum, count) => sum + count, 0)
    await until(async () => (await collector.count('mla_records_received_total')) === total())
    await until(() => collector.figures().queueBytes === 0)
    assert.ok(collector.figures().spoolBytes <= 150_000, `${collector.figures().spoolBytes}`)
    bus.away(null)
    await until(() => collector.figures().spoolBytes === 0 && !collector.figures().isBusAway)
    const arrived = (name: string) => bus.records.filter(({ priority }) => priority === name).length
    for (const name of names) {
      const shed = await collector.count('mla_log_shed_total', `priority="${name}"`)
      assert.equal(arrived(name) + shed, sent.get(name), name)
    }
    assert.equal(arrived('ERROR'), sent.get('ERROR'))
    assert.ok(arrived('DEBUG') < arrived('INFO'))
    assert.ok((await collector.count('mla_log_shed_total', 'source="a"')) > 0)
  },
)

test(
  'a batch that the bus refuses is dropped and counted, the others are taken',
  limit,
  async () => {
    await using bus = openBus()
    const refusing: typeof bus.publish = async (topic, records) => {
      for (const { record } of records) {
        if (record instanceof Uint8Array && Buffer.from(record).includes('poison')) {
          throw new MlaError('BUS_REFUSED', 'too large')
        }
      }
      await bus.publish(topic, records)
    }
    await using collector = await collecting(
      "sources:\n  a: {recipe: syslog, listen: ['tcp://127.0.0.1:0']}\n  b: {recipe: syslog, listen: ['tcp://127.0.0.1:0']}\n",
      { ...bus, publish: refusing },
      { batchMs: 300 },
    )
    await Promise.all([
      send(await collector.portOf('a'), line(6, 'poison')),
      send(await collector.portOf('b'), line(6, 'good')),
    ])
    const [record] = await bus.have(1)
    assert.equal(record?.message, 'good')
    await until(async () => (await collector.count('mla_records_rejected_total', 'refused')) === 1)
  },
)

test(
  'a damaged file of the spool is set aside and counted; what is behind it comes',
  limit,
  async () => {
    await using bus = openBus()
    const dataFolder = await temporaryFolder()
    bus.away(down)
    await using first = await collecting(yaml, bus, { dataFolder })
    await send(await first.portOf('a'), line(6, 'kept'))
    await until(() => first.figures().spoolBytes > 0 && first.figures().queueBytes === 0)
    await first.stop()
    await writeFile(join(dataFolder, 'spool/000000000000.group'), 'rubbish')
    bus.away(null)
    await using second = await collecting(yaml, bus, { dataFolder })
    assert.equal((await bus.have(1))[0]?.message, 'kept')
    assert.equal(await second.count('mla_records_rejected_total', 'damaged file'), 1)
    await second.stop()
    await rm(dataFolder, { recursive: true })
  },
)
