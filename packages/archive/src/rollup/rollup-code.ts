import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  AvroReader,
  AvroWriter,
  isArrayType,
  type Micros,
  MlaError,
  readValue,
  type ScalarType,
  scalarTypeOf,
  scalarTypes,
  writeValue,
} from '@mla/model'
import type { Edge } from '../port.ts'
import type { Summary } from '../summary.ts'

const format = 1
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }
const maxUnpackedBytes = 64 * 1024 * 1024
/** Scales tried for a column of decimals: its numbers are then differences of integers. */
const maxScale = 12
const maxScaled = 2 ** 50
const asDoubles = 255

/**
 * The buckets of one chunk of a tier, column by column, zstd-compressed. `width` is that of the
 * tier, `start` where the chunk begins; the times of edges are not kept, for all lie in their bucket.
 */
export function encodeBuckets(
  buckets: readonly (readonly [time: Micros, summary: Summary])[],
  start: Micros,
  width: Micros,
): Uint8Array {
  const out = new AvroWriter(64 + buckets.length * 24)
  const all = buckets.map(([, summary]) => summary)
  const numeric = all.filter(({ numbers }) => numbers > 0)
  out.byte(format)
  out.long(buckets.length)
  let before = -1
  for (const [time] of buckets) {
    const index = Math.round((time - start) / width)
    out.long(index - before - 1)
    before = index
  }
  for (const { count } of all) out.long(count)
  for (const { count, numbers } of all) out.long(count - numbers)
  const exact = 0
  writeColumn(
    out,
    numeric.map(({ min }) => min),
    exact,
  )
  writeColumn(
    out,
    numeric.map(({ max }) => max),
    exact,
  )
  writeColumn(
    out,
    numeric.map(({ sum }) => sum),
    1e-13,
  )
  writeColumn(
    out,
    numeric.map(({ sumSquares }) => sumSquares),
    1e-13,
  )
  writeEdges(
    out,
    all.map(({ first }) => first),
  )
  writeEdges(
    out,
    all.map(({ last }) => last),
  )
  return zstdCompressSync(out.view(), compression)
}

/** The buckets of a chunk, in order. Throws ARCHIVE_REFUSED for one that cannot be read. */
export function decodeBuckets(
  data: Uint8Array,
  start: Micros,
  width: Micros,
): [time: Micros, summary: Summary][] {
  try {
    return decode(zstdDecompressSync(data, { maxOutputLength: maxUnpackedBytes }), start, width)
  } catch (cause) {
    throw new MlaError('ARCHIVE_REFUSED', 'a rollup cannot be read', { cause })
  }
}

function decode(bytes: Uint8Array, start: Micros, width: Micros): [Micros, Summary][] {
  const reader = new AvroReader(bytes)
  const found = reader.byte()
  if (found !== format) throw new RangeError(`a rollup has unknown format ${found}`)
  const size = reader.number()
  if (size > reader.left) throw reader.fail(`${size} buckets expected`)
  const times: Micros[] = []
  for (let i = 0, index = -1; i < size; i++) {
    index += 1 + reader.number()
    times.push(start + index * width)
  }
  const counts = times.map(() => reader.number())
  const numbers = counts.map((count) => count - reader.number())
  const numeric = numbers.filter((one) => one > 0).length
  const columns = [0, 0, 0, 0].map(() => readColumn(reader, numeric))
  const [mins = [], maxs = [], sums = [], squares = []] = columns
  const firsts = readEdges(reader, size)
  const lasts = readEdges(reader, size)
  let next = 0
  return times.map((time, i) => {
    const some = (numbers[i] ?? 0) > 0
    const k = some ? next++ : -1
    const first = firsts(time)
    return [
      time,
      {
        count: counts[i] ?? 0,
        numbers: numbers[i] ?? 0,
        min: mins[k] ?? Number.POSITIVE_INFINITY,
        max: maxs[k] ?? Number.NEGATIVE_INFINITY,
        sum: sums[k] ?? 0,
        sumSquares: squares[k] ?? 0,
        first,
        last: lasts(time + width - 1),
      },
    ]
  })
}

/** Whole numbers at the least scale at which all are exact (or as near as `tolerance`), else doubles. */
function writeColumn(out: AvroWriter, values: readonly number[], tolerance: number): void {
  const scale = scaleOf(values, tolerance)
  out.byte(scale ?? asDoubles)
  if (scale === null) for (const value of values) out.double(value)
  else {
    let before = 0
    for (const value of values) {
      const scaled = Math.round(value * 10 ** scale)
      out.long(scaled - before)
      before = scaled
    }
  }
}

function scaleOf(values: readonly number[], tolerance: number): number | null {
  let scale = 0
  for (const value of values) {
    while (!isScaled(value, scale, tolerance)) {
      scale += 1
      if (scale > maxScale) return null
    }
  }
  // A later value may have asked for more places than an earlier one bears.
  return values.every((value) => isScaled(value, scale, tolerance)) ? scale : null
}

function isScaled(value: number, scale: number, tolerance: number): boolean {
  const power = 10 ** scale
  const scaled = Math.round(value * power)
  if (!(Math.abs(scaled) <= maxScaled)) return false
  const back = scaled / power
  return Object.is(back, value) || Math.abs(back - value) <= tolerance * Math.abs(value)
    ? !Object.is(value, -0) && (tolerance > 0 || back === value)
    : false
}

function readColumn(reader: AvroReader, size: number): number[] {
  const scale = reader.byte()
  const values: number[] = []
  if (scale === asDoubles) for (let i = 0; i < size; i++) values.push(reader.double())
  else {
    const power = 10 ** scale
    for (let i = 0, scaled = 0; i < size; i++) {
      scaled += reader.number()
      values.push(scaled / power)
    }
  }
  return values
}

const typeCode = ({ type }: Edge): number =>
  scalarTypes.indexOf(scalarTypeOf(type)) | (isArrayType(type) ? 16 : 0)

/** Edges that are numbers of one type as a column; others one by one. */
function writeEdges(out: AvroWriter, edges: readonly Edge[]): void {
  const [first] = edges
  const values = edges.flatMap(({ type, value }) =>
    typeof value === 'number' && Number.isFinite(value) && type === first?.type ? [value] : [],
  )
  const isColumn = first !== undefined && values.length === edges.length
  out.boolean(isColumn)
  if (isColumn) {
    out.byte(typeCode(first))
    writeColumn(out, values, 0)
    return
  }
  for (const edge of edges) {
    out.byte(typeCode(edge))
    writeValue(out, scalarTypeOf(edge.type), edge.value)
  }
}

/** Hands out one edge after the other, each with the time that it is given. */
function readEdges(reader: AvroReader, size: number): (time: Micros) => Edge {
  let next = 0
  if (reader.boolean()) {
    const type = typeOf(reader.byte())
    const values = readColumn(reader, size)
    return (time) => ({ time, type, value: values[next++] ?? null })
  }
  const edges = Array.from({ length: size }, () => {
    const type = typeOf(reader.byte())
    return { type, value: readValue(reader, scalarTypeOf(type)) }
  })
  return (time) => ({ time, ...(edges[next++] ?? { type: 'double', value: null }) })
}

function typeOf(code: number): Edge['type'] {
  const scalar = scalarTypes[code & 15] as ScalarType | undefined
  if (scalar === undefined) throw new RangeError(`a rollup has unknown type ${code}`)
  return code & 16 ? `${scalar}[]` : scalar
}
