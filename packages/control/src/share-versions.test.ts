import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { LoadResult } from '@mla/cdb'
import { shareVersions } from './share-versions.ts'

const version = (name: string): LoadResult => ({
  ok: false,
  problems: [{ file: name, path: '', message: name, cure: '' } as never],
})
const nameOf = (result: LoadResult | undefined): string =>
  result && !result.ok ? (result.problems[0]?.file ?? '') : 'none'

/** Versions as the test writes them. */
function source() {
  const written = new PassThrough({ objectMode: true })
  let readers = 0
  async function* read(): AsyncIterable<LoadResult> {
    readers++
    yield* written
  }
  return { written, shared: shareVersions(read()), readers: () => readers }
}

test('all who follow read one source; who comes later begins with the newest', async () => {
  const { written, shared, readers } = source()
  const signal = new AbortController().signal
  const first = shared(signal)[Symbol.asyncIterator]()
  written.write(version('one'))
  assert.equal(nameOf((await first.next()).value), 'one')
  const second = shared(signal)[Symbol.asyncIterator]()
  assert.equal(nameOf((await second.next()).value), 'one')
  const both = Promise.all([first.next(), second.next()])
  written.write(version('two'))
  assert.deepEqual(
    (await both).map(({ value }) => nameOf(value)),
    ['two', 'two'],
  )
  assert.equal(readers(), 1)
})

test('one that stops leaves the others, and one that starts again gets what is in force', async () => {
  const { written, shared } = source()
  const [stopped, others] = [new AbortController(), new AbortController()]
  const first = shared(stopped.signal)[Symbol.asyncIterator]()
  const second = shared(others.signal)[Symbol.asyncIterator]()
  written.write(version('one'))
  await Promise.all([first.next(), second.next()])
  const ended = first.next()
  stopped.abort()
  assert.equal((await ended).done, true)
  written.write(version('two'))
  assert.equal(nameOf((await second.next()).value), 'two')
  const again = shared(others.signal)[Symbol.asyncIterator]()
  assert.equal(nameOf((await again.next()).value), 'two')
})

test('who is slow gets the newest of those that came meanwhile', async () => {
  const { written, shared } = source()
  const signal = new AbortController().signal
  const [slow, quick] = [shared(signal), shared(signal)].map((one) => one[Symbol.asyncIterator]())
  written.write(version('one'))
  await slow?.next()
  for (const name of ['one', 'two', 'three']) {
    if (name !== 'one') written.write(version(name))
    assert.equal(nameOf((await quick?.next())?.value), name)
  }
  assert.equal(nameOf((await slow?.next())?.value), 'three')
})

test('a source that fails fails for all, and one that ends ends for all', async () => {
  const broken = source()
  const signal = new AbortController().signal
  const waiting = broken.shared(signal)[Symbol.asyncIterator]().next()
  broken.written.destroy(new Error('the disk is gone'))
  await assert.rejects(waiting, /the disk is gone/)
  const ended = source()
  ended.written.end()
  assert.equal((await ended.shared(signal)[Symbol.asyncIterator]().next()).done, true)
})
