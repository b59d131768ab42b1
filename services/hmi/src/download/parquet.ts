import { jsonOf, qualityOf, type Sample, timeOf } from '@mla/model'
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'

/** Rows of a row group: some megabytes in memory, and enough for a reader to be fast. */
const groupRows = 50_000

const text = (name: string, repetition: 'OPTIONAL' | 'REQUIRED'): SchemaElement => ({
  ...{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: repetition },
})
const time = (name: string, repetition: 'OPTIONAL' | 'REQUIRED'): SchemaElement => ({
  ...{ name, type: 'INT64', converted_type: 'TIMESTAMP_MICROS', repetition_type: repetition },
})

/** A number is in `value`, everything else in `text`: a column of Parquet has one type. */
const schema: SchemaElement[] = [
  { name: 'samples', num_children: 9 },
  text('point', 'REQUIRED'),
  time('time', 'REQUIRED'),
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  text('text', 'OPTIONAL'),
  text('quality', 'REQUIRED'),
  { name: 'status', type: 'INT64', repetition_type: 'REQUIRED' },
  time('sourceTime', 'OPTIONAL'),
  time('serverTime', 'OPTIONAL'),
  time('collectedTime', 'REQUIRED'),
]

const microsOf = (value: number | null): bigint | null => (value === null ? null : BigInt(value))

const cells: Readonly<Record<string, (sample: Sample) => unknown>> = {
  point: ({ point }) => point,
  time: (sample) => BigInt(timeOf(sample)),
  value: ({ value }) => {
    if (typeof value === 'boolean') return Number(value)
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null
  },
  text: ({ text, type, value }) => {
    if (text !== null) return text
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return null
    const json = jsonOf(type, value)
    return typeof json === 'string' ? json : JSON.stringify(json)
  },
  quality: ({ status }) => qualityOf(status),
  status: ({ status }) => BigInt(status),
  sourceTime: ({ sourceTime }) => microsOf(sourceTime),
  serverTime: ({ serverTime }) => microsOf(serverTime),
  collectedTime: ({ collectedTime }) => BigInt(collectedTime),
}

/** Parquet with Snappy, a row group at a time; the file's index comes last. */
export async function* toParquet(
  pages: AsyncIterable<readonly Sample[]>,
): AsyncIterable<Uint8Array> {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'MLA' })
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice()
    bytes.index = 0
    return piece
  }
  let waiting: Sample[] = []
  const write = async (): Promise<void> => {
    const columnData = Object.entries(cells).map(([name, cell]) => ({
      ...{ name, data: waiting.map(cell), offsetIndex: false },
    }))
    await writer.write({ columnData, rowGroupSize: groupRows })
    waiting = []
  }
  for await (const page of pages) {
    for (const sample of page) {
      waiting.push(sample)
      if (waiting.length < groupRows) continue
      await write()
      yield taken()
    }
  }
  if (waiting.length > 0) await write()
  await writer.finish()
  yield taken()
}
