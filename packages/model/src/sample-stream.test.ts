import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from './sample.ts'
import { readSampleStream, writeSampleStream } from './sample-stream.ts'

const samples = Array.from(
  { length: 2500 },
  (_, i): Sample => ({
    ...{ point: `Tel0${i % 3}/A`, sourceTime: i % 5 === 0 ? null : i, serverTime: i },
    ...{ collectedTime: i + 1, type: 'double', text: null, status: i % 7 === 0 ? 0x80310000 : 0 },
    value: [Number.NaN, -0, 1.5, null][i % 4] ?? null,
  }),
)

async function* of<T>(...items: readonly T[]) {
  yield* items
}

async function bytesOf(pages: AsyncIterable<readonly Sample[]>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(writeSampleStream(pages)))
}

for (const size of [1, 7, 1000, 1_000_000]) {
  test(`a stream comes back whatever pieces it travels in: ${size} bytes`, async () => {
    const bytes = await bytesOf(of(samples.slice(0, 1), samples.slice(1)))
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const found = (await Array.fromAsync(readSampleStream(pieces()))).flat()
    assert.deepEqual(found, samples)
  })
}

test('a stream of nothing is whole', async () => {
  assert.deepEqual(await Array.fromAsync(readSampleStream(of(await bytesOf(of())))), [])
})

for (const [what, cut] of [
  ['before its end', 4],
  ['within a frame', 100],
] as const) {
  test(`a stream that breaks off ${what} is refused`, async () => {
    const bytes = await bytesOf(of(samples))
    const broken = readSampleStream(of(bytes.subarray(0, bytes.length - cut)))
    await assert.rejects(Array.fromAsync(broken), { code: 'DECODE_FAILED' })
  })
}
