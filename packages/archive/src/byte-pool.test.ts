import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AvroWriter } from '@mla/model'
import fc from 'fast-check'
import { BytePool, ByteStream } from './byte-pool.ts'

function contentOf(stream: ByteStream): readonly number[] {
  const out = new AvroWriter()
  stream.copyTo(out)
  return [...out.take()]
}

test('streams of one pool keep apart what is written to them in turn, also after others were released', () => {
  const write = fc.record({ stream: fc.nat(7), bytes: fc.array(fc.nat(255), { maxLength: 200 }) })
  const release = fc.record({ stream: fc.nat(7), bytes: fc.constant(null) })
  const steps = fc.array(fc.oneof({ weight: 5, arbitrary: write }, release), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (all) => {
      const pool = new BytePool()
      const streams = Array.from({ length: 8 }, () => new ByteStream(pool))
      const expected = streams.map((): number[] => [])
      for (const { stream, bytes } of all) {
        if (bytes === null) {
          streams[stream]?.release()
          expected[stream] = []
        } else {
          streams[stream]?.raw(Uint8Array.from(bytes))
          expected[stream]?.push(...bytes)
        }
      }
      assert.deepEqual(streams.map(contentOf), expected)
      assert.deepEqual(
        streams.map(({ length }) => length),
        expected.map(({ length }) => length),
      )
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('released memory is used again: the pool grows no further', () => {
  const pool = new BytePool()
  const segments = new Set<number>()
  for (let round = 0; round < 50; round++) {
    const taken = Array.from({ length: 100 }, () => pool.take())
    for (const segment of taken) {
      segments.add(segment)
      pool.free(segment, segment)
    }
  }
  assert.equal(segments.size, 100)
})
