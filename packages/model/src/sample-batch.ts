import type { Sample, SampleBatch } from './sample.ts'
import {
  isArrayType,
  type Scalar,
  type ScalarType,
  scalarTypeOf,
  scalarTypes,
  type Value,
  type ValueType,
} from './value.ts'
import type { AvroReader } from './wire-reader.ts'
import type { AvroWriter } from './wire-writer.ts'

/**
 * The body of a `mla.mon.SampleBatch` in Avro's binary encoding, written out for its schema
 * (schemas/SampleBatch.v1.avsc): the hot path of the system. A test holds it against avsc.
 */
export function writeSampleBatch(writer: AvroWriter, batch: SampleBatch): void {
  writer.string(batch.collector)
  writer.long(batch.epoch)
  writer.long(batch.sequence)
  writer.string(batch.source)
  writer.string(batch.lane)
  if (batch.samples.length > 0) {
    writer.long(batch.samples.length)
    for (const sample of batch.samples) writeSample(writer, sample)
  }
  writer.long(0)
}

export function readSampleBatch(
  reader: AvroReader,
  readSamples: (reader: AvroReader) => readonly Sample[] = readAllSamples,
): SampleBatch {
  return {
    collector: reader.name(),
    epoch: reader.number(),
    sequence: reader.number(),
    source: reader.name(),
    lane: reader.name(),
    samples: readSamples(reader),
  }
}

const readAllSamples = (reader: AvroReader): Sample[] => reader.items(() => readSample(reader))

function writeSample(writer: AvroWriter, sample: Sample): void {
  writer.string(sample.point)
  writeOptional(writer, sample.sourceTime)
  writeOptional(writer, sample.serverTime)
  writer.long(sample.collectedTime)
  writer.long(sample.status)
  const scalar = scalarTypeOf(sample.type)
  writer.long(scalarTypes.indexOf(scalar))
  writer.boolean(isArrayType(sample.type))
  writeValue(writer, scalar, sample.value)
  if (sample.text === null) writer.long(0)
  else {
    writer.long(1)
    writer.string(sample.text)
  }
}

export function readSample(reader: AvroReader, point = reader.name()): Sample {
  const sourceTime = readOptional(reader)
  const serverTime = readOptional(reader)
  const collectedTime = reader.number()
  const status = reader.number()
  const scalar = scalarTypes[reader.number()]
  if (scalar === undefined) throw reader.fail('a value type that this version does not know')
  const type: ValueType = reader.boolean() ? `${scalar}[]` : scalar
  const value = readValue(reader, scalar)
  const text = readBranch(reader, 2) === 0 ? null : reader.string()
  return { point, sourceTime, serverTime, collectedTime, type, value, text, status }
}

function writeOptional(writer: AvroWriter, time: number | null): void {
  if (time === null) writer.long(0)
  else {
    writer.long(1)
    writer.long(time)
  }
}

export const readOptional = (reader: AvroReader): number | null =>
  readBranch(reader, 2) === 0 ? null : reader.number()

export function readBranch(reader: AvroReader, branches: number): number {
  const branch = reader.number()
  if (branch < 0 || branch >= branches) throw reader.fail(`union branch ${branch}`)
  return branch
}

interface Wire {
  /** Positions in the union of `Sample.value`. */
  readonly branch: number
  readonly arrayBranch: number
  write(writer: AvroWriter, value: Scalar): void
  /** An array's item, where it is not written as a single value is. */
  writeItem?(writer: AvroWriter, item: Scalar | null): void
}

const long = (branch: number, arrayBranch: number): Wire => ({
  branch,
  arrayBranch,
  write: (writer, value) => writer.long(value as number | bigint),
})

const nullable =
  (write: Wire['write']): NonNullable<Wire['writeItem']> =>
  (writer, item) => {
    writer.long(item === null ? 0 : 1)
    if (item !== null) write(writer, item)
  }

const writeString: Wire['write'] = (writer, value) => writer.string(value as string)
const writeBytes: Wire['write'] = (writer, value) => writer.bytes(value as Uint8Array)
const integer = long(2, 9)

const wires: Readonly<Record<ScalarType, Wire>> = {
  boolean: {
    branch: 1,
    arrayBranch: 8,
    write: (writer, value) => writer.boolean(value as boolean),
  },
  int8: integer,
  uint8: integer,
  int16: integer,
  uint16: integer,
  int32: integer,
  uint32: integer,
  int64: integer,
  enum: integer,
  datetime: integer,
  uint64: {
    branch: 3,
    arrayBranch: 10,
    write: (writer, value) => writer.uint64(value as number | bigint),
  },
  float: { branch: 4, arrayBranch: 11, write: (writer, value) => writer.float(value as number) },
  double: { branch: 5, arrayBranch: 12, write: (writer, value) => writer.double(value as number) },
  string: { branch: 6, arrayBranch: 13, write: writeString, writeItem: nullable(writeString) },
  bytes: { branch: 7, arrayBranch: 14, write: writeBytes, writeItem: nullable(writeBytes) },
}

/** The value of a sample whose type is `scalar` or an array of it. Used by the archive as well. */
export function writeValue(writer: AvroWriter, scalar: ScalarType, value: Value): void {
  if (value === null) {
    writer.long(0)
    return
  }
  const wire = wires[scalar]
  if (!Array.isArray(value)) {
    writer.long(wire.branch)
    wire.write(writer, value as Scalar)
    return
  }
  writer.long(wire.arrayBranch)
  const writeItem = wire.writeItem ?? (wire.write as NonNullable<Wire['writeItem']>)
  if (value.length > 0) {
    writer.long(value.length)
    for (const item of value) writeItem(writer, item)
  }
  writer.long(0)
}

export function readValue(reader: AvroReader, scalar: ScalarType): Value {
  const optional =
    <T>(read: () => T) =>
    (): T | null =>
      readBranch(reader, 2) === 0 ? null : read()
  switch (readBranch(reader, 15)) {
    case 0:
      return null
    case 1:
      return reader.boolean()
    case 2:
      return scalar === 'datetime' ? reader.number() : reader.long()
    case 3:
      return exact(reader.uint64())
    case 4:
      return reader.float()
    case 5:
      return reader.double()
    case 6:
      return reader.string()
    case 7:
      return reader.bytes()
    case 8:
      return reader.items(() => reader.boolean())
    case 9:
      return reader.items(() => (scalar === 'datetime' ? reader.number() : reader.long()))
    case 10:
      return reader.items(() => exact(reader.uint64()))
    case 11:
      return reader.items(() => reader.float())
    case 12:
      return reader.items(() => reader.double())
    case 13:
      return reader.items(optional(() => reader.string()))
    default:
      return reader.items(optional(() => reader.bytes()))
  }
}

const exact = (value: bigint): number | bigint =>
  value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
