import {
  type LogBatch,
  type LogField,
  type LogRecord,
  type LogValue,
  priorities,
  rankOf,
} from './log-record.ts'
import type { AvroReader } from './wire-reader.ts'
import type { AvroWriter } from './wire-writer.ts'

/**
 * The body of a `mla.log.LogBatch` in Avro's binary encoding, as objects: for tests, tools and
 * whoever handles few records. The hot paths use LogBatchWriter and LogCursor.
 */
export function writeLogBatch(writer: AvroWriter, batch: LogBatch): void {
  writer.string(batch.collector)
  writer.long(batch.epoch)
  writer.long(batch.sequence)
  writer.string(batch.lane)
  if (batch.records.length > 0) {
    writer.long(batch.records.length)
    for (const record of batch.records) writeLogRecord(writer, record)
  }
  writer.long(0)
}

export function readLogBatch(reader: AvroReader): LogBatch {
  return {
    collector: reader.string(),
    epoch: reader.number(),
    sequence: reader.number(),
    lane: reader.string(),
    records: reader.items(() => readLogRecord(reader)),
  }
}

export function writeLogRecord(writer: AvroWriter, record: LogRecord): void {
  writer.long(record.time)
  writer.long(record.receivedTime)
  writer.long(rankOf(record.priority))
  writer.string(record.source)
  writeOptional(writer, record.host)
  writeOptional(writer, record.process)
  writeOptional(writer, record.thread)
  writeOptional(writer, record.file)
  if (record.line === null) writer.byte(0)
  else {
    writer.byte(2)
    writer.long(record.line)
  }
  writeOptional(writer, record.routine)
  writeOptional(writer, record.audience)
  writer.string(record.message)
  if (record.fields.length > 0) {
    writer.long(record.fields.length)
    for (const { name, value } of record.fields) {
      writer.string(name)
      writeLogValue(writer, value)
    }
  }
  writer.byte(0)
  if (record.raw === null) writer.byte(0)
  else {
    writer.byte(2)
    writer.bytes(record.raw)
  }
  writeOptional(writer, record.id)
}

export function readLogRecord(reader: AvroReader): LogRecord {
  return {
    time: reader.number(),
    receivedTime: reader.number(),
    priority: priorities[reader.number()] ?? fail(reader, 'a priority that does not exist'),
    source: reader.string(),
    host: readOptional(reader),
    process: readOptional(reader),
    thread: readOptional(reader),
    file: readOptional(reader),
    line: readBranch(reader, 2) === 0 ? null : reader.number(),
    routine: readOptional(reader),
    audience: readOptional(reader),
    message: reader.string(),
    fields: reader.items(() => readField(reader)),
    raw: readBranch(reader, 2) === 0 ? null : reader.bytes(),
    id: readOptional(reader),
  }
}

/** A field's value with its branch of the union in front. */
export function writeLogValue(writer: AvroWriter, value: LogValue): void {
  if (value === null) writer.byte(0)
  else if (typeof value === 'boolean') {
    writer.byte(2)
    writer.boolean(value)
  } else if (typeof value === 'string') {
    writer.byte(8)
    writer.string(value)
  } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    writer.byte(4)
    writer.long(value)
  } else {
    writer.byte(6)
    writer.double(value)
  }
}

function readField(reader: AvroReader): LogField {
  return { name: reader.string(), value: readValue(reader) }
}

function readValue(reader: AvroReader): LogValue {
  switch (readBranch(reader, 5)) {
    case 0:
      return null
    case 1:
      return reader.boolean()
    case 2: {
      const long = reader.long()
      return typeof long === 'bigint' ? long.toString() : long
    }
    case 3:
      return reader.double()
    default:
      return reader.string()
  }
}

function writeOptional(writer: AvroWriter, text: string | null): void {
  if (text === null) writer.byte(0)
  else {
    writer.byte(2)
    writer.string(text)
  }
}

const readOptional = (reader: AvroReader): string | null =>
  readBranch(reader, 2) === 0 ? null : reader.string()

function readBranch(reader: AvroReader, branches: number): number {
  const branch = reader.number()
  if (branch < 0 || branch >= branches) throw reader.fail(`union branch ${branch}`)
  return branch
}

function fail(reader: AvroReader, what: string): never {
  throw reader.fail(what)
}
