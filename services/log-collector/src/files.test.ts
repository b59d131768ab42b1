import assert from 'node:assert/strict'
import {
  appendFile,
  copyFile,
  mkdir,
  rename,
  rm,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LogRecord } from '@mla/model'
import { collecting, openBus, temporaryFolder, until } from './collector.fixture.ts'

const limit = { timeout: 30_000 }

/** A folder with a collector's data in it, and the logs that it follows. */
async function place() {
  const root = await temporaryFolder()
  const logs = join(root, 'logs')
  await mkdir(logs)
  return {
    logs,
    data: { dataFolder: join(root, 'data') },
    yaml: (recipe: string, more = '') =>
      `sources:\n  f: {recipe: ${recipe}, files: {include: ['${logs}/**/*.log'], exclude: ['${logs}/not.log'], startAt: begin}${more}}\n`,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
const texts = (records: readonly LogRecord[]) => records.map(({ message }) => message)
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}`)
const lines = (from: number, to: number) =>
  numbers(from, to)
    .map((line) => `${line}\n`)
    .join('')

test(
  'files are followed: new ones, growing ones, in folders that come; others are left',
  limit,
  async () => {
    await using here = await place()
    await using bus = openBus()
    await writeFile(join(here.logs, 'a.log'), lines(0, 2))
    await writeFile(join(here.logs, 'not.log'), 'not\n')
    await writeFile(join(here.logs, 'a.txt'), 'not\n')
    await using _collector = await collecting(here.yaml('lines'), bus, here.data)
    await bus.have(2)
    await appendFile(join(here.logs, 'a.log'), 'line 2\nhalf')
    await bus.have(3)
    await appendFile(join(here.logs, 'a.log'), ' a line\n')
    await bus.have(4)
    await mkdir(join(here.logs, 'deep'))
    await writeFile(join(here.logs, 'deep/b.log'), 'other\n')
    assert.deepEqual(texts(await bus.have(5)), [...numbers(0, 3), 'half a line', 'other'])
  },
)

test(
  'rotation by rename, to a name that is followed or not, loses and doubles nothing',
  limit,
  async () => {
    await using here = await place()
    await using bus = openBus()
    const path = join(here.logs, 'a.log')
    await writeFile(path, lines(0, 10))
    await using _collector = await collecting(here.yaml('lines'), bus, here.data)
    await bus.have(10)
    await rename(path, join(here.logs, 'a.1.log'))
    await appendFile(join(here.logs, 'a.1.log'), lines(10, 12))
    await writeFile(path, lines(12, 20))
    await bus.have(20)
    await rename(path, join(here.logs, 'old'))
    await writeFile(path, lines(20, 25))
    await bus.have(25)
    await appendFile(join(here.logs, 'old'), lines(25, 27))
    assert.deepEqual(texts(await bus.have(27)).sort(), numbers(0, 27).sort())
  },
)

test('truncation, also where the file is as long again at once, is recognised', limit, async () => {
  await using here = await place()
  await using bus = openBus()
  const path = join(here.logs, 'a.log')
  await writeFile(path, lines(0, 10))
  await using collector = await collecting(here.yaml('lines'), bus, here.data)
  await bus.have(10)
  await copyFile(path, join(here.logs, 'copy'))
  await truncate(path, 0)
  await until(async () => (await collector.count('mla_log_problems_total', 'file truncated')) === 1)
  await appendFile(path, lines(10, 20))
  await bus.have(20)
  await writeFile(path, lines(20, 40))
  assert.deepEqual(texts(await bus.have(40)), numbers(0, 40))
})

test(
  'after a stop it goes on exactly where it was, also in what was renamed meanwhile',
  limit,
  async () => {
    await using here = await place()
    await using bus = openBus()
    const path = join(here.logs, 'a.log')
    await writeFile(path, `${lines(0, 10)}line`)
    await using first = await collecting(here.yaml('lines'), bus, here.data)
    await bus.have(10)
    await first.stop()
    await appendFile(path, ` 10\n${lines(11, 15)}`)
    await rename(path, join(here.logs, 'a.old'))
    await writeFile(path, lines(15, 20))
    await using _second = await collecting(here.yaml('lines'), bus, here.data)
    assert.deepEqual(texts(await bus.have(20)).sort(), numbers(0, 20).sort())
  },
)

test(
  'a batch that was on its way when the collector died is made again, the same, and recognised',
  limit,
  async () => {
    await using here = await place()
    await using bus = openBus()
    await writeFile(join(here.logs, 'a.log'), lines(0, 10))
    const published = bus.publish
    const reached = Promise.withResolvers<void>()
    // The bus has the batch, but nobody is told so: as if the process ended at that moment.
    const deaf: typeof published = async (topic, records) => {
      await published(topic, records)
      reached.resolve()
      await new Promise(() => {})
    }
    const slowly = { ...here.data, spoolAfterMs: 600_000, flushMs: 1 }
    await using first = await collecting(here.yaml('lines'), { ...bus, publish: deaf }, slowly)
    await reached.promise
    const copy = join(here.data.dataFolder, '..', 'data2')
    await mkdir(copy)
    await copyFile(join(here.data.dataFolder, 'positions.json'), join(copy, 'positions.json'))
    await appendFile(join(here.logs, 'a.log'), lines(10, 20))
    await using _second = await collecting(here.yaml('lines'), bus, { dataFolder: copy })
    assert.deepEqual(texts(await bus.have(20)), numbers(0, 20))
    assert.equal(bus.redelivered, 1)
    await unlink(join(here.logs, 'a.log'))
    await first.stop()
  },
)

test('records of several lines are joined, the last one when nothing follows', limit, async () => {
  await using here = await place()
  await using bus = openBus()
  const yaml = `recipes:\n  java: {format: auto, multiline: {continuation: '^(\\s|Caused)'}}\n${here.yaml('java')}`
  const stamp = '2026-11-21 08:00:00,123 ERROR [main] a.B: '
  await writeFile(
    join(here.logs, 'a.log'),
    `${stamp}boom\n\tat x\nCaused by: y\n${stamp}last\n\tat z\n`,
  )
  await using _collector = await collecting(yaml, bus, here.data)
  assert.deepEqual(texts(await bus.have(2)), ['boom\n\tat x\nCaused by: y', 'last\n\tat z'])
})

test('ACS logs in files, with the document around them', limit, async () => {
  await using here = await place()
  await using bus = openBus()
  const entry = (text: string) =>
    `<Info TimeStamp="2026-11-21T08:00:00.000"><![CDATA[${text}]]></Info>`
  const path = join(here.logs, 'a.log')
  await writeFile(
    path,
    `<?xml version="1.0"?>\n<Log>\n<Header Name="x" Type="LOGFILE"/>\n${entry('one')}\n<Info Time`,
  )
  await using _collector = await collecting(here.yaml('acs'), bus, here.data)
  await bus.have(1)
  await appendFile(path, `Stamp="2026-11-21T08:00:00.000">two</Info>\n${entry('three')}\n</Log>\n`)
  assert.deepEqual(texts(await bus.have(3)), ['one', 'two', 'three'])
})

test('a line longer than may be, in a file, hides nothing', limit, async () => {
  await using here = await place()
  await using bus = openBus()
  await writeFile(join(here.logs, 'a.log'), `first\n${'x'.repeat(2_000_000)}\nlast\n`)
  await using collector = await collecting(
    here.yaml('lines', ', longestRecord: 1000'),
    bus,
    here.data,
  )
  await until(() => bus.records.some(({ message }) => message === 'last'))
  assert.equal(bus.records[0]?.message, 'first')
  await until(async () => (await collector.count('mla_log_bytes_total')) === 2_000_000 + 9)
})
