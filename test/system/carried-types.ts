import type { Value, ValueType } from '@mla/model'

type Told = readonly [text: string, value: Value]

/** An OPC-UA type, the type of the point, and two values: as the server is told them, and as they arrive. */
export type CarriedType = readonly [opcua: string, type: ValueType, one: Told, other: Told]

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)

export const carriedTypes: readonly CarriedType[] = [
  ['Boolean', 'boolean', ['true', true], ['false', false]],
  ['SByte', 'int8', ['-128', -128], ['127', 127]],
  ['Byte', 'uint8', ['0', 0], ['255', 255]],
  ['Int16', 'int16', ['-32768', -32_768], ['32767', 32_767]],
  ['UInt16', 'uint16', ['0', 0], ['65535', 65_535]],
  ['Int32', 'int32', ['-2147483648', -(2 ** 31)], ['2147483647', 2 ** 31 - 1]],
  ['UInt32', 'uint32', ['0', 0], ['4294967295', 2 ** 32 - 1]],
  ['Int64', 'int64', ['-9223372036854775808', -(2n ** 63n)], ['-1', -1]],
  ['UInt64', 'uint64', ['18446744073709551615', 2n ** 64n - 1n], ['7', 7]],
  ['Float', 'float', ['0.1', Math.fround(0.1)], ['inf', Number.POSITIVE_INFINITY]],
  ['Double', 'double', ['-0.0', -0], ['nan', Number.NaN]],
  ['Float', 'double', ['0.1', Math.fround(0.1)], ['-2.5', -2.5]],
  ['String', 'string', ['Grüße, 望遠鏡 🔭', 'Grüße, 望遠鏡 🔭'], ['', '']],
  ['DateTime', 'datetime', ['1790000000123456', 1_790_000_000_123_456], ['-1', -1]],
  ['ByteString', 'bytes', ['AP8Q', bytes(0, 255, 16)], ['', bytes()]],
  ['Guid', 'string', guid('a'), guid('b')],
  ['LocalizedText', 'string', ['Ready', 'Ready'], ['Bereit', 'Bereit']],
  ['Boolean[]', 'boolean[]', ['true|false', [true, false]], ['', []]],
  ['Byte[]', 'uint8[]', ['0|255', [0, 255]], ['1', [1]]],
  ['Int32[]', 'int32[]', ['1|-2', [1, -2]], ['3|4|5', [3, 4, 5]]],
  ['Int64[]', 'int64[]', ['-1|9223372036854775807', [-1, 2n ** 63n - 1n]], ['1|2', [1, 2]]],
  ['Double[]', 'double[]', ['0.1|inf', [0.1, Number.POSITIVE_INFINITY]], ['nan', [Number.NaN]]],
  ['String[]', 'string[]', ['a||b', ['a', '', 'b']], ['c', ['c']]],
  ['DateTime[]', 'datetime[]', ['1790000000123456|0', [1_790_000_000_123_456, 0]], ['1', [1]]],
  ['ByteString[]', 'bytes[]', ['AP8Q', [bytes(0, 255, 16)]], ['YWI=', [bytes(97, 98)]]],
]

function guid(digit: string): Told {
  const text = `${digit.repeat(8)}-fa75-4ae6-8d28-b404dc7daf63`
  return [text, text.toUpperCase()]
}
