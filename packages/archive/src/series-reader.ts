import {
  AvroReader,
  MlaError,
  type PointId,
  readValue,
  type Sample,
  type ScalarType,
  scalarTypes,
  type Value,
  type ValueType,
} from '@mla/model'
import { powersOfTen, tag, valueMode } from './series-writer.ts'

/** Reads back what a SeriesWriter coded. Throws DECODE_FAILED on anything else. */
export function readSeries(point: PointId, bytes: Uint8Array, count: number): Sample[] {
  const whole = new AvroReader(bytes)
  const tags = new AvroReader(whole.bytes())
  const stamps = new AvroReader(whole.bytes())
  const values = new AvroReader(bytes, bytes.length - whole.left)
  const samples: Sample[] = []
  let type: ValueType = 'double'
  let scalar: ScalarType = 'double'
  let status = 0
  let text: string | null = null
  let presence = 0
  let time = 0
  let step = 0
  let serverOffset = 0
  let collectedOffset = 0
  let value: Value = null
  let scale = 0
  let scaled = 0

  for (let i = 0; i < count; i++) {
    const head = tags.byte()
    if (head & tag.shape) {
      const shape = tags.byte()
      scalar = scalarTypes[shape & 15] ?? fail('a value type')
      type = shape & 16 ? `${scalar}[]` : scalar
      presence = shape >> 5
      const hasText = tags.byte()
      status = tags.number()
      text = hasText === 1 ? tags.string() : null
    }
    let sourceTime: number | null
    let serverTime: number | null
    let collectedTime: number
    if (head & tag.absolute) {
      sourceTime = presence & 1 ? stamps.number() : null
      serverTime = presence & 2 ? stamps.number() : null
      collectedTime = stamps.number()
      time = sourceTime ?? serverTime ?? collectedTime
      step = 0
      serverOffset = 0
      collectedOffset = 0
    } else {
      step += readDifference(stamps)
      time += step
      if (!(head & tag.sameServerOffset)) serverOffset += readDifference(stamps)
      collectedOffset += readDifference(stamps)
      sourceTime = presence & 1 ? time : null
      serverTime = presence & 2 ? time + serverOffset : null
      collectedTime = time + collectedOffset
    }
    const mode = (head >> tag.valueShift) & 3
    if (mode === valueMode.whole) value = readValue(values, scalar)
    else if (mode !== valueMode.same) {
      if (mode === valueMode.rescaled) {
        scale = values.byte()
        scaled = 0
      }
      scaled += values.number()
      const exact = scaled / (powersOfTen[scale] ?? fail('a scale'))
      value = scalar === 'float' ? Math.fround(exact) : exact
    }
    samples.push({ point, sourceTime, serverTime, collectedTime, type, value, text, status })
  }
  return samples
}

function readDifference(reader: AvroReader): number {
  const coded = reader.number()
  return coded % 2 === 0 ? (coded / 2) * 1000 : (coded - 1) / 2
}

function fail(what: string): never {
  throw new MlaError('DECODE_FAILED', `a block holds ${what} that this version does not know`)
}
