import { createSampleBatchCodec } from './codec.ts'
import { MlaError } from './errors.ts'
import type { Sample } from './sample.ts'

/** Samples of a frame: small enough to be put together of pieces, large enough to cost nothing. */
const frameSamples = 1_000
const identity = { collector: 'stream', epoch: 0, sequence: 0, source: '', lane: '' }

/**
 * Samples as a stream of bytes that keeps them exactly: frames of a length (4 bytes, big-endian) and
 * a `SampleBatch` in single-object encoding. A length of 0 ends it, so that a part is never taken
 * for the whole.
 */
export async function* writeSampleStream(
  pages: AsyncIterable<readonly Sample[]>,
): AsyncIterable<Uint8Array> {
  const codec = createSampleBatchCodec()
  for await (const page of pages) {
    for (let start = 0; start < page.length; start += frameSamples) {
      const samples = page.slice(start, start + frameSamples)
      const body = codec.encode({ ...identity, samples })
      const frame = new Uint8Array(4 + body.length)
      new DataView(frame.buffer).setUint32(0, body.length)
      frame.set(body, 4)
      yield frame
    }
  }
  yield new Uint8Array(4)
}

/** The samples of such a stream, a frame at a time. Throws DECODE_FAILED for one that breaks off. */
export async function* readSampleStream(
  pieces: AsyncIterable<Uint8Array>,
): AsyncIterable<readonly Sample[]> {
  const codec = createSampleBatchCodec()
  let rest: Uint8Array = new Uint8Array()
  let isWhole = false
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let at = 0
    while (bytes.length - at >= 4) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
      if (bytes.length - at - 4 < length) break
      if (isWhole) throw new MlaError('DECODE_FAILED', 'a stream of samples goes on after its end')
      if (length === 0) isWhole = true
      else yield codec.decode(bytes.subarray(at + 4, at + 4 + length)).samples
      at += 4 + length
    }
    rest = bytes.subarray(at)
  }
  if (!isWhole || rest.length > 0) {
    throw new MlaError('DECODE_FAILED', 'a stream of samples broke off')
  }
}
