import type { ParquetCell, ParquetTable } from '@mla/archive/parquet'
import {
  isValueType,
  jsonOf,
  MlaError,
  qualityOf,
  type Sample,
  timeOf,
  valueOfJson,
} from '@mla/model'

/** The columns of exported samples, documented in this package's README. */
export const sampleTable: Pick<ParquetTable, 'columns' | 'orderBy'> = {
  columns: [
    ['point', 'VARCHAR'],
    ['time', 'TIMESTAMP'],
    ['number', 'DOUBLE'],
    ['value', 'VARCHAR'],
    ['text', 'VARCHAR'],
    ['quality', 'VARCHAR'],
    ['status', 'UINTEGER'],
    ['type', 'VARCHAR'],
    ['source_time', 'TIMESTAMP'],
    ['server_time', 'TIMESTAMP'],
    ['collected_time', 'TIMESTAMP'],
  ],
  orderBy: ['point', 'time', 'collected_time'],
}

const micros = (time: number | null): bigint | null => (time === null ? null : BigInt(time))

/** JSON forgets the sign of nothing; `-0` is JSON, too. */
const textOf = (json: unknown): string =>
  Object.is(json, -0)
    ? '-0'
    : Array.isArray(json)
      ? `[${json.map(textOf).join(',')}]`
      : JSON.stringify(json)

/** `number` is for reckoning, `value` is JSON and exact. */
export function rowOf(sample: Sample): ParquetCell[] {
  const { point, type, value, text, status } = sample
  const isNumber = ['number', 'bigint', 'boolean'].includes(typeof value) && type !== 'datetime'
  return [
    ...[point, micros(timeOf(sample)), isNumber ? Number(value) : null],
    ...[value === null ? null : textOf(jsonOf(type, value)), text, qualityOf(status), status, type],
    ...[micros(sample.sourceTime), micros(sample.serverTime), micros(sample.collectedTime)],
  ]
}

/** Throws DECODE_FAILED for a row that no export has written. */
export function sampleOf(row: readonly ParquetCell[]): Sample {
  const [point, , , value, text, , status, type, source, server, collected] = row
  if (typeof type !== 'string' || !isValueType(type) || collected == null) {
    throw new MlaError('DECODE_FAILED', `a row of ${point} is no sample`)
  }
  const time = (cell: ParquetCell | undefined) => (cell == null ? null : Number(cell))
  return {
    point: String(point),
    ...{ sourceTime: time(source), serverTime: time(server), collectedTime: Number(collected) },
    ...{ type, value: value == null ? null : valueOfJson(type, JSON.parse(String(value))) },
    ...{ text: text == null ? null : String(text), status: Number(status) },
  }
}
