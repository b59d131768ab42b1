import {
  AvroWriter,
  isArrayType,
  type Micros,
  type Sample,
  type ScalarType,
  scalarTypeOf,
  scalarTypes,
  timeOf,
  writeValue,
} from '@mla/model'
import { type BytePool, ByteStream } from './byte-pool.ts'

/** What a sample's tag byte says of it. The reader is series-reader.ts. */
export const tag = {
  /** Type, status, text or the presence of a stamp differ from the sample before. */
  shape: 1,
  /** The stamps are written whole, not as differences. */
  absolute: 2,
  /** The server stamp is as far from the source stamp as before. */
  sameServerOffset: 4,
  /** Two bits: how the value is written. */
  valueShift: 3,
} as const

export const valueMode = { same: 0, delta: 1, whole: 2, rescaled: 3 } as const

/** Decimal places that a value may have and still be coded as an integer. */
const maxScale = 6
const maxScaled = 2 ** 50
export const powersOfTen: readonly number[] = Array.from(
  { length: maxScale + 1 },
  (_, k) => 10 ** k,
)

/**
 * The samples of one point, coded as they come: time stamps as differences of differences, a
 * number of few decimals as the difference of integers, everything that stays as it was as a bit.
 * A point at 1 Hz costs about 6 bytes a sample instead of some 200 as an object, so that the
 * open minutes of the archive and the hot store of the HMI fit in memory.
 */
export class SeriesWriter {
  /** Tags and shapes, stamps, values: apart, since each compresses best among its like. */
  readonly #tags: ByteStream
  readonly #stamps: ByteStream
  readonly #values: ByteStream
  #count = 0
  #type: Sample['type'] | '' = ''
  #scalar: ScalarType = 'double'
  #status = 0
  #text: string | null = null
  #presence = -1
  #time = 0
  #step = 0
  #serverOffset = 0
  #collectedOffset = 0
  #value: Sample['value'] = null
  #scale = 0
  #scaled = Number.NaN

  constructor(pool: BytePool) {
    this.#tags = new ByteStream(pool)
    this.#stamps = new ByteStream(pool)
    this.#values = new ByteStream(pool)
  }

  get count(): number {
    return this.#count
  }

  /** Size of the code so far. */
  get bytes(): number {
    return this.#tags.length + this.#stamps.length + this.#values.length
  }

  append(sample: Sample): void {
    const time = timeOf(sample)
    const step = time - this.#time
    const jerk = step - this.#step
    const serverOffset = sample.serverTime === null ? 0 : sample.serverTime - time
    const collectedOffset = sample.collectedTime - time
    const presence = (sample.sourceTime === null ? 0 : 1) + (sample.serverTime === null ? 0 : 2)
    const sameShape =
      sample.type === this.#type &&
      sample.status === this.#status &&
      sample.text === this.#text &&
      presence === this.#presence
    const absolute =
      this.#count === 0 ||
      this.#time + (this.#step + jerk) !== time ||
      time + serverOffset !== (sample.serverTime ?? time) ||
      time + collectedOffset !== sample.collectedTime ||
      Math.abs(jerk) > maxScaled ||
      Math.abs(collectedOffset) > maxScaled ||
      Math.abs(serverOffset) > maxScaled
    const sameServer = serverOffset === this.#serverOffset
    const mode = this.#modeOf(sample, sameShape)

    this.#tags.byte(
      (sameShape ? 0 : tag.shape) |
        (absolute ? tag.absolute : 0) |
        (sameServer ? tag.sameServerOffset : 0) |
        (mode << tag.valueShift),
    )
    if (!sameShape) this.#writeShape(sample, presence)
    if (absolute) this.#writeStamps(sample)
    else {
      this.#writeDifference(jerk)
      if (!sameServer) this.#writeDifference(serverOffset - this.#serverOffset)
      this.#writeDifference(collectedOffset - this.#collectedOffset)
    }
    this.#writeValue(sample, mode)

    this.#count += 1
    this.#time = time
    this.#step = absolute ? 0 : step
    this.#serverOffset = absolute ? 0 : serverOffset
    this.#collectedOffset = absolute ? 0 : collectedOffset
    this.#value = sample.value
  }

  /** A copy of the code; the writer goes on. */
  code(): Uint8Array {
    const out = new AvroWriter(this.bytes + 16)
    out.long(this.#tags.length)
    this.#tags.copyTo(out)
    out.long(this.#stamps.length)
    this.#stamps.copyTo(out)
    this.#values.copyTo(out)
    return out.view()
  }

  /** Gives its memory back to the pool; it is not to be used any more. */
  release(): void {
    this.#tags.release()
    this.#stamps.release()
    this.#values.release()
  }

  #writeShape(sample: Sample, presence: number): void {
    this.#type = sample.type
    this.#scalar = scalarTypeOf(sample.type)
    this.#status = sample.status
    this.#text = sample.text
    this.#presence = presence
    const type = scalarTypes.indexOf(this.#scalar)
    this.#tags.byte(type | (isArrayType(sample.type) ? 16 : 0) | (presence << 5))
    this.#tags.byte(sample.text === null ? 0 : 1)
    writeLong(this.#tags, sample.status)
    if (sample.text === null) return
    scratch.string(sample.text)
    emptyInto(this.#tags)
  }

  #writeStamps(sample: Sample): void {
    if (sample.sourceTime !== null) writeLong(this.#stamps, sample.sourceTime)
    if (sample.serverTime !== null) writeLong(this.#stamps, sample.serverTime)
    writeLong(this.#stamps, sample.collectedTime)
  }

  /** Most clocks tick in milliseconds, so those are written as such. */
  #writeDifference(micros: Micros): void {
    const millis = micros / 1000
    writeLong(this.#stamps, Number.isInteger(millis) ? millis * 2 : micros * 2 + 1)
  }

  #modeOf(sample: Sample, sameShape: boolean): number {
    const { value } = sample
    if (sameShape && this.#count > 0 && Object.is(value, this.#value)) return valueMode.same
    if (typeof value !== 'number' || !Number.isFinite(value) || Object.is(value, -0)) {
      return valueMode.whole
    }
    const float = sample.type === 'float'
    for (let scale = this.#scale; scale <= maxScale; scale++) {
      const scaled = scaledBy(value, scale, float)
      if (Number.isNaN(scaled)) continue
      const known = scale === this.#scale && !Number.isNaN(this.#scaled)
      return known ? valueMode.delta : valueMode.rescaled
    }
    return valueMode.whole
  }

  #writeValue(sample: Sample, mode: number): void {
    if (mode === valueMode.whole) {
      writeValue(scratch, this.#scalar, sample.value)
      emptyInto(this.#values)
    } else if (mode !== valueMode.same) {
      const value = sample.value as number
      const float = sample.type === 'float'
      if (mode === valueMode.rescaled) {
        while (Number.isNaN(scaledBy(value, this.#scale, float))) this.#scale += 1
        this.#values.byte(this.#scale)
        this.#scaled = 0
      }
      const scaled = scaledBy(value, this.#scale, float)
      writeLong(this.#values, scaled - this.#scaled)
      this.#scaled = scaled
    }
  }
}

/** What is not a small number is written here first. */
const scratch = new AvroWriter(256)

function emptyInto(stream: ByteStream): void {
  stream.raw(scratch.view())
  scratch.cutTo(0)
}

function writeLong(stream: ByteStream, value: number): void {
  if (value >= -0x20000000 && value < 0x20000000) stream.small(value)
  else {
    scratch.long(value)
    emptyInto(stream)
  }
}

/** The integer that stands for `value` at this many decimals, or NaN where it would not be exact. */
function scaledBy(value: number, scale: number, float: boolean): number {
  const power = powersOfTen[scale] as number
  const scaled = Math.round(value * power)
  if (Math.abs(scaled) > maxScaled) return Number.NaN
  const back = scaled / power
  return (float ? Math.fround(back) : back) === value ? scaled : Number.NaN
}
