import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createLogBatchCodec,
  type LogRecord,
  type Micros,
  microsPerSecond,
  priorities,
} from '@mla/model'
import type { LogArchive, LogFilter, LoggedLogs, LogSearch } from '../log-port.ts'
import { parseLogPosition } from '../logs/log-position.ts'
import type { Archive } from '../port.ts'

type Open = () => Promise<Archive>

const codec = createLogBatchCodec()
/** Each story has hours of its own, so that stories and runs on one server do not meet. */
let stories = 0
const start = Math.floor(Date.now() / 60_000) * 60_000_000 - 20 * 365 * 86_400 * microsPerSecond
const storyMicros = 3 * 3_600 * microsPerSecond

const recordOf = (time: Micros, change: Partial<LogRecord> = {}): LogRecord => ({
  ...{ time, receivedTime: time + 1000, priority: 'INFO', source: 'hosts/pi-1', host: 'pi-1' },
  ...{ process: 'sshd', thread: null, file: null, line: null, routine: null, audience: null },
  ...{ message: `Actuator ${Math.round(time / 1e6) % 100} moved`, fields: [], raw: null, id: null },
  ...change,
})

interface Story {
  readonly logs: LogArchive
  readonly at: (seconds: number, change?: Partial<LogRecord>) => LogRecord
  readonly batch: (records: readonly LogRecord[], change?: Partial<LoggedLogs>) => LoggedLogs
  readonly partition: number
  /** The records of the story that match, as they are found. */
  find(filter?: LogFilter, change?: Partial<LogSearch>): Promise<LogRecord[]>
  store(...batches: readonly LoggedLogs[]): Promise<void>
}

const bare = (records: readonly LogRecord[]) => records.map((record) => ({ ...record, id: null }))

function storyOf(logs: LogArchive): Story {
  const partition = 1_000 + (process.pid % 500) * 20 + stories
  const begin = start + ((process.pid % 500) * 20 + stories++) * storyMicros
  let offset = 0
  let sequence = 0
  const story: Story = {
    ...{ logs, partition },
    at: (seconds, change) => recordOf(begin + seconds * microsPerSecond, change),
    batch(records, change) {
      const head = { collector: 'c', epoch: begin, sequence: sequence++, lane: `l${partition}` }
      const bytes = codec.encode({ ...head, records })
      return { offset: offset++, appendTime: begin + 60_000_000, bytes, ...change }
    },
    async find(filter = {}, change = {}) {
      const found: LogRecord[] = []
      const range = { from: begin, to: begin + storyMicros, order: 'oldest' as const }
      for await (const page of logs.search({ ...range, filter, ...change })) found.push(...page)
      return found
    },
    async store(...batches) {
      const writer = logs.openWriter()
      await writer.append(partition, batches)
      await writer.flush()
    },
  }
  return story
}

/** What any LogArchive must do. */
export function describeLogArchive(name: string, open: Open): void {
  const tell = (title: string, run: (story: Story) => Promise<void>) =>
    test(`${name} of logs: ${title}`, async () => {
      await using archive = await open()
      await run(storyOf(archive.logs))
    })

  tell('what was appended is there, whole and in order of time', async (story) => {
    const records = [
      story.at(3, {
        ...{ priority: 'ERROR', thread: 't', file: 'a.c', line: 7, routine: 'main' },
        fields: [
          { name: 'pid', value: 12 },
          { name: 'ok', value: true },
          { name: 'x', value: null },
        ],
        ...{ audience: 'Operator', raw: new Uint8Array([1, 0, 255]) },
      }),
      story.at(1, { host: null, process: null, message: '' }),
      story.at(2, { source: 'été', message: 'déjà vu' }),
    ]
    await story.store(story.batch(records.slice(0, 2)), story.batch(records.slice(2)))
    const sorted = [...records].sort((a, b) => a.time - b.time)
    assert.deepEqual(bare(await story.find()), sorted)
    assert.deepEqual(bare(await story.find({}, { order: 'newest' })), sorted.toReversed())
  })

  const half = (record: LogRecord, i: number): LogRecord => ({
    ...record,
    priority: priorities[i % 9] ?? 'INFO',
    source: i % 2 ? 'acs/LFE' : 'hosts/pi-1',
    host: i % 3 ? 'PI-1' : null,
    message: i === 7 ? 'Grüße an BLK_-1608999687919862906 done' : record.message,
    audience: i === 4 ? 'SciLog' : null,
    fields: i === 5 ? [{ name: 'pid', value: 77 }] : [],
  })
  const filters: [title: string, filter: LogFilter, matches: (i: number) => boolean][] = [
    ['the least priority', { minPriority: 'ERROR' }, (i) => i % 9 >= 5],
    ['priorities', { priorities: ['DEBUG', 'ALERT'] }, (i) => [1, 7].includes(i % 9)],
    ['a source by what stands before the slash', { sources: ['acs'] }, (i) => i % 2 === 1],
    ['a source by a pattern', { sources: ['hosts/pi-*'] }, (i) => i % 2 === 0],
    ['a host in any case', { hosts: ['pi-1'] }, (i) => i % 3 > 0],
    ['a part of a word in any case', { text: 'cTUATo' }, (i) => i !== 7],
    ['a number in an identifier', { text: '9996879198' }, (i) => i === 7],
    ['letters beyond ASCII', { text: 'GRÜSSE'.replace('SS', 'ß') }, (i) => i === 7],
    ['a regular expression', { regex: 'BLK_-\\d+ d[aeo]ne$' }, (i) => i === 7],
    ['one in any case', { regex: '(?i)blk_' }, (i) => i === 7],
    ['a field, as text too', { fields: { pid: '77' } }, (i) => i === 5],
    ['a place of the record as a field', { fields: { process: 'sshd' } }, () => true],
    ['an audience', { audience: 'scilog' }, (i) => i === 4],
    ['no text that is there', { text: 'nowhere to be seen' }, () => false],
    ['sources of which there is none', { sources: ['nobody'] }, () => false],
    ['an empty list of sources', { sources: [] }, () => false],
  ]
  test(`${name} of logs: each filter finds what it says`, async (t) => {
    await using archive = await open()
    const story = storyOf(archive.logs)
    const records = Array.from({ length: 40 }, (_, i) => half(story.at(i), i))
    await story.store(story.batch(records.slice(0, 25)), story.batch(records.slice(25)))
    for (const [title, filter, matches] of filters) {
      await t.test(title, async () => {
        const expected = records.filter((_, i) => matches(i))
        assert.deepEqual(bare(await story.find(filter)), expected)
        const range = { from: records[0]?.time ?? 0, to: (records[39]?.time ?? 0) + 1, filter }
        const width = 10 * microsPerSecond
        const buckets = await story.logs.histogram(range, width)
        const counted = buckets.flatMap(({ time, counts }) =>
          counts.flatMap((count, rank) => Array<string>(count).fill(`${time} ${rank}`)),
        )
        const wanted = expected.map(
          ({ time, priority }) =>
            `${Math.floor(time / width) * width} ${priorities.indexOf(priority)}`,
        )
        assert.deepEqual(counted.sort(), wanted.sort())
      })
    }
  })

  tell('a page goes on behind its cursor, both ways, among equal times', async (story) => {
    const records = Array.from({ length: 30 }, (_, i) =>
      story.at(Math.floor(i / 7), { message: `number ${i}` }),
    )
    await story.store(story.batch(records.slice(0, 13)), story.batch(records.slice(13)))
    for (const order of ['oldest', 'newest'] as const) {
      const all = await story.find({}, { order })
      const seen: LogRecord[] = []
      for (;;) {
        const last = seen.at(-1)?.id
        const after = last ? parseLogPosition(last) : null
        const page = (await story.find({}, { order, after })).slice(0, 4)
        if (page.length === 0) break
        seen.push(...page)
      }
      assert.deepEqual(seen, all)
      assert.equal(new Set(all.map(({ id }) => id)).size, 30)
    }
  })

  tell('a batch that comes again is told and kept once, also by the next writer', async (story) => {
    const one = story.batch([story.at(1), story.at(2)])
    const two = story.batch([story.at(3)])
    const writer = story.logs.openWriter()
    const again = { ...one, offset: 5 }
    const { redelivered } = await writer.append(story.partition, [one, two, again])
    assert.deepEqual([...redelivered], [5])
    await writer.flush()
    const next = story.logs.openWriter()
    const second = await next.append(story.partition, [
      { ...two, offset: 6, appendTime: two.appendTime + 1 },
    ])
    assert.deepEqual([...second.redelivered], [6])
    await next.flush()
    assert.equal((await story.find()).length, 3)
  })

  tell('reading the log again from any commit leaves each record once', async (story) => {
    const batches = Array.from({ length: 12 }, (_, i) =>
      story.batch([story.at(i * 10), story.at(i * 10 + 5)], {
        appendTime: story.at(i * 10).time,
      }),
    )
    const first = story.logs.openWriter()
    await first.append(story.partition, batches.slice(0, 5))
    await first.refresh()
    await first.append(story.partition, batches.slice(5, 9))
    await first.refresh()
    // Killed here: what it stored last was not committed, and it may still be writing.
    for (const from of [3, 5, 0]) {
      const next = story.logs.openWriter()
      await next.append(story.partition, batches.slice(from))
      await next.flush()
      assert.equal((await story.find()).length, 24, `read again from ${from}`)
    }
  })

  tell('what is open can be found after a refresh, and grows in place', async (story) => {
    const writer = story.logs.openWriter()
    await writer.append(story.partition, [story.batch([story.at(1)])])
    assert.deepEqual(await writer.refresh(), [{ partition: story.partition, offset: 1 }])
    assert.equal((await story.find()).length, 1)
    assert.deepEqual(await writer.refresh(), [], 'nothing new')
    await writer.append(story.partition, [story.batch([story.at(2)])])
    await writer.flush()
    assert.equal((await story.find()).length, 2)
  })

  tell('records of other times than the log took them are found by their own', async (story) => {
    const late = story.at(20, { message: 'late' })
    const early = story.at(2 * 3600, { message: 'early' })
    await story.store(story.batch([early, late, story.at(1)]))
    const range = { from: late.time, to: late.time + 1 }
    assert.deepEqual(bare(await story.find({}, range)), [late])
    assert.equal((await story.find()).length, 3)
  })

  tell('a cut in the middle parts the blocks, and the search joins them', async (story) => {
    const batches = Array.from({ length: 30 }, (_, i) =>
      story.batch(
        Array.from({ length: 20 }, (_, j) => story.at(i * 10 + j, { message: `${i}/${j}` })),
        { appendTime: story.at(i * 10).time },
      ),
    )
    const writer = story.logs.openWriter()
    const { durable } = await writer.append(story.partition, batches)
    assert.equal(durable.length, 1)
    await writer.flush()
    const found = await story.find()
    assert.equal(found.length, 600)
    assert.deepEqual(
      found.map(({ time }) => time),
      found.map(({ time }) => time).toSorted((a, b) => a - b),
    )
  })

  tell('a search ends when its signal says so, and refuses what it cannot ask', async (story) => {
    await story.store(story.batch([story.at(1)]))
    const signal = AbortSignal.abort()
    await assert.rejects(story.find({}, { signal }), { name: 'AbortError' })
    await assert.rejects(story.find({ regex: '(' }), { code: 'QUERY_INVALID' })
    await assert.rejects(story.find({ regex: '(?=a)b' }), { code: 'QUERY_INVALID' })
  })
}
