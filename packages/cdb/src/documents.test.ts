import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixture } from './cdb.fixture.ts'
import type { LoadResult } from './cdb.ts'
import {
  type CdbText,
  cdbFilesOf,
  createCdbLog,
  documentsOf,
  type KeyedDocument,
  keptVersions,
} from './documents.ts'
import { type FollowedDocuments, followDocuments } from './follow-documents.ts'

const texts: readonly CdbText[] = fixture().map(({ file, text }) => ({ path: file, text }))
const said = { by: 'anna', why: 'a test', time: 1 }
const taken = (documents: readonly KeyedDocument[], log = createCdbLog()) => {
  for (const { key, record } of documents) log.take(key, record)
  return log
}

test('files come back as they were, long ones in parts below 1 MB', () => {
  const long = { path: 'points/long.yaml', text: `# ${'望'.repeat(600_000)}` }
  const documents = documentsOf([...texts, long], said, [])
  for (const { record } of documents) {
    assert.ok(Buffer.byteLength(record.file?.text ?? '') < 1_000_000)
  }
  assert.equal(documents.filter(({ key }) => key.includes('/points/long.yaml')).length, 3)
  const log = taken(documents)
  const [head] = log.versions
  assert.ok(head)
  assert.deepEqual(log.filesOf(head), [...texts, long])
  assert.deepEqual([head.number, head.by, head.why], [1, 'anna', 'a test'])
})

test('the head is last, and a version whose files are missing does not count', () => {
  const documents = documentsOf(texts, said, [])
  assert.equal(documents.at(-1)?.key, 'head')
  const log = taken(documents.slice(1))
  const [head] = log.versions
  assert.ok(head)
  assert.equal(log.filesOf(head), null)
})

test('fifty versions are kept, the files of older ones are forgotten', () => {
  const log = createCdbLog()
  for (let time = 1; time <= keptVersions + 2; time++) {
    taken(documentsOf(texts, { ...said, time }, log.versions), log)
  }
  assert.equal(log.versions.length, keptVersions)
  assert.deepEqual([log.versions[0]?.number, log.versions.at(-1)?.number], [52, 3])
  for (const version of log.versions) assert.deepEqual(log.filesOf(version), texts)
})

test('a file of a kind that is not known is a problem, not a configuration without it', () => {
  const { problems } = cdbFilesOf([...texts, { path: 'robots/r2.yaml', text: '' }])
  assert.match(problems[0]?.message ?? '', /no kind of configuration "robots"/)
})

test('who follows gets the newest version at once, then each as it is published', async () => {
  const log = createCdbLog()
  const publish = (files: readonly CdbText[], time: number) => {
    const documents = documentsOf(files, { ...said, time }, log.versions)
    taken(documents, log)
    return { kind: 'batch', messages: documents } as const
  }
  const broken = texts.map((one) =>
    one.path === 'sources.yaml' ? { ...one, text: 'sources: 1' } : one,
  )
  async function* topic(): AsyncIterable<FollowedDocuments> {
    yield publish(texts, 1)
    yield publish(texts, 2)
    yield { kind: 'caught-up' }
    yield publish(broken, 3)
    yield publish(texts, 4)
  }
  const results: LoadResult[] = []
  for await (const result of followDocuments(topic(), {})) results.push(result)
  const versions = results.map((one) => (one.ok ? one.cdb.version : one.problems[0]?.file))
  assert.deepEqual(versions, ['2', 'sources.yaml', '4'])
})
