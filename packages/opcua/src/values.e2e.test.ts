import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fits, type Value, type ValueType } from '@mla/model'
import { freePort, startAsyncua, startMilo } from '@mla/opcua-servers'
import { nodeOf, recordLink } from './link-recorder.ts'

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** OPC-UA type and the server's text of the value; the model's type and value. */
const cases: [type: string, text: string, carried: ValueType, value: Value][] = [
  ['Boolean', 'true', 'boolean', true],
  ['SByte', '-128', 'int8', -128],
  ['Byte', '255', 'uint8', 255],
  ['Int16', '-32768', 'int16', -32768],
  ['UInt16', '65535', 'uint16', 65535],
  ['Int32', '-2147483648', 'int32', -2147483648],
  ['UInt32', '4294967295', 'uint32', 4294967295],
  ['Int64', '-9223372036854775808', 'int64', -(2n ** 63n)],
  ['Int64', '9223372036854775807', 'int64', 2n ** 63n - 1n],
  ['Int64', '-1', 'int64', -1],
  ['Int64', '9007199254740993', 'int64', 9007199254740993n],
  ['UInt64', '18446744073709551615', 'uint64', 2n ** 64n - 1n],
  ['UInt64', '4294967296', 'uint64', 4294967296],
  ['Float', '0.1', 'float', Math.fround(0.1)],
  ['Double', '0.1', 'double', 0.1],
  ['Double', 'nan', 'double', Number.NaN],
  ['Double', '-inf', 'double', Number.NEGATIVE_INFINITY],
  ['Double', '-0.0', 'double', -0],
  ['String', 'Grüße, 望遠鏡 🔭', 'string', 'Grüße, 望遠鏡 🔭'],
  ['String', '', 'string', ''],
  ['DateTime', '1790000000123456', 'datetime', 1790000000123456],
  ['DateTime', '-62135596799', 'datetime', -62135596799],
  ['ByteString', 'AP8Q', 'bytes', new Uint8Array([0, 255, 16])],
  ['ByteString', '', 'bytes', new Uint8Array()],
  [
    'Guid',
    '72962b91-fa75-4ae6-8d28-b404dc7daf63',
    'string',
    '72962B91-FA75-4AE6-8D28-B404DC7DAF63',
  ],
  ['XmlElement', '<a>1</a>', 'string', '<a>1</a>'],
  ['LocalizedText', 'Ready', 'string', 'Ready'],
  ['QualifiedName', 'Motor', 'string', '1:Motor'],
  ['NodeId', 'ns=2;s=x', 'string', 'ns=2;s=x'],
  ['StatusCode', '2147614720', 'string', 'BadInternalError (0x80020000)'],
  ['Boolean[]', 'true|false', 'boolean[]', [true, false]],
  ['SByte[]', '-1|1', 'int8[]', [-1, 1]],
  ['Byte[]', '0|255', 'uint8[]', [0, 255]],
  ['Int16[]', '1|-2', 'int16[]', [1, -2]],
  ['Int32[]', '1|-2', 'int32[]', [1, -2]],
  ['Int32[]', '', 'int32[]', []],
  ['UInt32[]', '4294967295', 'uint32[]', [4294967295]],
  ['Int64[]', '-1|9223372036854775807', 'int64[]', [-1, 2n ** 63n - 1n]],
  ['UInt64[]', '18446744073709551615', 'uint64[]', [2n ** 64n - 1n]],
  ['Float[]', '0.5|nan', 'float[]', [0.5, Number.NaN]],
  ['Double[]', '0.1|inf', 'double[]', [0.1, Number.POSITIVE_INFINITY]],
  ['String[]', 'a||null', 'string[]', ['a', '', null]],
  ['DateTime[]', '1790000000123456', 'datetime[]', [1790000000123456]],
  ['ByteString[]', 'AP8Q|YWI=', 'bytes[]', [new Uint8Array([0, 255, 16]), bytes('ab')]],
]

const stacks = [
  ['asyncua', startAsyncua],
  ['Milo', startMilo],
] as const

for (const [name, start] of stacks) {
  test(`values of every type come from ${name} as they are`, async () => {
    await using server = await start({ port: await freePort() })
    const nodes = cases.map(([type], i) => nodeOf(`Types/${i} ${type}`))
    for (const [i, [type, text]] of cases.entries()) {
      await server.add(`Types/${i} ${type}`, type, text)
    }
    await server.add('Types/null', 'Null', 'null')
    await using recorder = recordLink(server.endpoint)
    recorder.link.watch([...nodes, nodeOf('Types/null')])
    await recorder.until(() => recorder.values.length === cases.length + 1, 'one of each')
    for (const [i, [type, text, carried, value]] of cases.entries()) {
      const got = recorder.of(`Types/${i} ${type}`)[0]
      assert.equal(got?.type, carried, `${type} ${text}`)
      assert.deepEqual(got?.value, value, `${type} ${text}`)
      assert.ok(fits(carried, got?.value ?? null), `${type} ${text}`)
      assert.equal(got?.unsupported, null)
    }
    const nothing = recorder.of('Types/null')[0]
    assert.deepEqual([nothing?.type, nothing?.value, nothing?.unsupported], [null, null, null])
  })
}

test('a structure is not carried, and named', async () => {
  await using server = await startAsyncua({ port: await freePort() })
  await server.add('Types/range', 'Range', '0..10')
  await using recorder = recordLink(server.endpoint)
  recorder.link.watch([nodeOf('Types/range')])
  await recorder.until(() => recorder.values.length === 1, 'a value')
  const [got] = recorder.values
  assert.deepEqual([got?.type, got?.value, got?.unsupported], [null, null, 'Range'])
})
