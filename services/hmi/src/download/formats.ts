import { formatTime, jsonOf, qualityOf, type Sample, timeOf, writeSampleStream } from '@mla/model'
import { cellOf } from '../log-export.ts'
import { toParquet } from './parquet.ts'

/** A way to write samples into a file, piece by piece. */
export interface Format {
  readonly mediaType: string
  readonly extension: string
  /** One point after the other, or as fast as it goes. */
  readonly isOrdered: boolean
  write(pages: AsyncIterable<readonly Sample[]>): AsyncIterable<string | Uint8Array>
}

export const columns = [
  ...['point', 'time', 'value', 'text', 'quality', 'status'],
  ...['sourceTime', 'serverTime', 'collectedTime'],
] as const

export const formats: Readonly<Record<string, Format>> = {
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    extension: 'csv',
    isOrdered: true,
    async *write(pages) {
      yield `${columns.join(',')}\r\n`
      for await (const page of pages) yield page.map(lineOf).join('')
    },
  },
  ndjson: {
    mediaType: 'application/x-ndjson',
    extension: 'ndjson',
    isOrdered: true,
    async *write(pages) {
      for await (const page of pages) {
        yield page.map((sample) => `${JSON.stringify(shown(sample))}\n`).join('')
      }
    },
  },
  json: {
    mediaType: 'application/json',
    extension: 'json',
    isOrdered: true,
    async *write(pages) {
      yield '['
      let separator = '\n'
      for await (const page of pages) {
        yield separator + page.map((sample) => JSON.stringify(shown(sample))).join(',\n')
        separator = ',\n'
      }
      yield '\n]\n'
    },
  },
  parquet: {
    mediaType: 'application/vnd.apache.parquet',
    extension: 'parquet',
    isOrdered: true,
    write: toParquet,
  },
  /** Exact, types included: what `mla export` reads. */
  stream: {
    mediaType: 'application/vnd.mla.samples',
    extension: 'samples',
    isOrdered: false,
    write: writeSampleStream,
  },
}

const optionalTime = (time: number | null): string | null =>
  time === null ? null : formatTime(time)

/** As GraphQL shows it. */
const shown = (sample: Sample) => ({
  point: sample.point,
  time: formatTime(timeOf(sample)),
  value: jsonOf(sample.type, sample.value),
  text: sample.text,
  quality: qualityOf(sample.status),
  status: sample.status,
  sourceTime: optionalTime(sample.sourceTime),
  serverTime: optionalTime(sample.serverTime),
  collectedTime: formatTime(sample.collectedTime),
})

function lineOf(sample: Sample): string {
  const row: Readonly<Record<string, unknown>> = shown(sample)
  const cells = columns.map((name) => {
    const value = row[name] ?? ''
    // A number is no formula, also where it is negative.
    if (typeof value === 'number') return String(value)
    return cellOf(typeof value === 'string' ? value : JSON.stringify(value))
  })
  return `${cells.join(',')}\r\n`
}
