import { AvroReader, AvroWriter, MlaError } from '@mla/model'
import { QuantileSketch } from '@mla/processing'

const format = 1
/** Of the sketches in rollups: a percentile is wrong by at most this share of itself. */
export const sketchAccuracy = 0.01

/** Sketches as bytes: of each the zeros, then its bins by index. */
export function encodeSketches(sketches: readonly QuantileSketch[]): Uint8Array {
  const out = new AvroWriter(256)
  out.byte(format)
  out.long(sketches.length)
  for (const sketch of sketches) {
    const { zeros, positive, negative } = sketch.bins()
    out.long(zeros)
    for (const bins of [positive, negative]) {
      out.long(bins.length)
      let before = 0
      for (const [index, times] of bins) {
        out.long(index - before)
        out.long(times)
        before = index
      }
    }
  }
  return out.take()
}

/** Throws ARCHIVE_REFUSED for bytes that are no sketches. */
export function decodeSketches(bytes: Uint8Array): QuantileSketch[] {
  try {
    const reader = new AvroReader(bytes)
    const found = reader.byte()
    if (found !== format) throw new RangeError(`sketches have unknown format ${found}`)
    const size = reader.number()
    if (size > reader.left) throw reader.fail(`${size} sketches expected`)
    return Array.from({ length: size }, () => {
      const zeros = reader.number()
      const [positive, negative] = [readBins(reader), readBins(reader)]
      return QuantileSketch.load({ accuracy: sketchAccuracy, zeros, positive, negative })
    })
  } catch (cause) {
    throw new MlaError('ARCHIVE_REFUSED', 'a sketch of a rollup cannot be read', { cause })
  }
}

function readBins(reader: AvroReader): [number, number][] {
  const size = reader.number()
  if (size > reader.left) throw reader.fail(`${size} bins expected`)
  let index = 0
  return Array.from({ length: size }, () => {
    index += reader.number()
    return [index, reader.number()]
  })
}
