import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { createPacketAssembler } from './gelf-packets.ts'
import { type Read, read, recipeOf } from './logs.fixture.ts'

const cases: [recipe: string, name: string, line: string, expected: Read][] = [
  [
    'acs',
    'an entry of the C++ writer, with data',
    '<Error TimeStamp="2026-11-21T07:59:58.123" File="mount.cpp" Line="112" Routine="Mount::{move}" SourceObject="CONTROL/DV01" Host="gas01" Process="cont" Context="" Thread="t1" LogId="7" Uri=""http://x"" Audience="Operator"><![CDATA[drive ]]> stuck & <hot>]]><Data Name="torque"><![CDATA[12.5 ]]> Nm]]></Data><Data Name="axis"><![CDATA[az]]></Data></Error>',
    {
      ...{ time: '2026-11-21T07:59:58.123Z', priority: 'ERROR', host: 'gas01', process: 'cont' },
      ...{ thread: 't1', file: 'mount.cpp', line: 112, routine: 'Mount::{move}' },
      ...{ audience: 'Operator', message: 'drive ]]> stuck & <hot>', torque: '12.5 ]]> Nm' },
      ...{ SourceObject: 'CONTROL/DV01', LogId: 7, Uri: 'http://x', axis: 'az' },
    },
  ],
  [
    'acs',
    'an entry of the Java writer: what it does not escape, a level of its own',
    '<Delouse TimeStamp="2026-11-21T07:59:58.123" File="A<B>.java" Host="h&amp;1" Priority="2">plain &lt;text&gt;</Delouse>',
    {
      ...{ time: '2026-11-21T07:59:58.123Z', priority: 'TRACE', host: 'h&1', file: 'A<B>.java' },
      ...{ message: 'plain <text>', level: 'Delouse', Priority: 2 },
    },
  ],
  [
    'acs',
    'a self-closed entry',
    '<Trace TimeStamp="2026-11-21T07:59:58.000" Routine="f"/>',
    {
      ...{ time: '2026-11-21T07:59:58Z', priority: 'TRACE', routine: 'f', message: '' },
    },
  ],
  [
    'gelf',
    'all of it',
    '{"version":"1.1","host":"h","short_message":"s","full_message":"s\\nmore","timestamp":1385053862.3072,"level":4,"_pid":7,"_user":{"id":9},"_process":"p"}',
    {
      ...{
        time: '2013-11-21T17:11:02.307200Z',
        priority: 'WARNING',
        host: 'h',
        process: 'p',
        message: 's',
      },
      ...{ full_message: 's\nmore', pid: 7, 'user.id': 9 },
    },
  ],
  [
    'pino',
    'a line of our own services',
    '{"level":40,"time":"2026-11-21T07:59:58.123Z","service":"hmi","msg":"slow","err":{"code":"X"},"list":[1,2]}',
    {
      ...{ time: '2026-11-21T07:59:58.123Z', priority: 'WARNING', process: 'hmi', message: 'slow' },
      ...{ 'err.code': 'X', list: '[1,2]' },
    },
  ],
  [
    'json',
    'keys of other loggers, a time in nanoseconds',
    '{"ts":1763712000123456789,"severity":"fatal","message":"m","logger":"a.b","lineno":7,"ok":true,"none":null,"n":1.5}',
    {
      ...{
        time: '2025-11-21T08:00:00.123457Z',
        priority: 'CRITICAL',
        process: 'a.b',
        line: 7,
        message: 'm',
      },
      ...{ ok: true, none: null, n: 1.5 },
    },
  ],
  [
    'json',
    'what is no JSON',
    'hello',
    { message: 'hello', problem: 'json: not an object', raw: 'hello' },
  ],
  [
    'journal',
    'a record',
    '__REALTIME_TIMESTAMP=1763712000123456\n_SOURCE_REALTIME_TIMESTAMP=1763712000100000\nPRIORITY=3\n_HOSTNAME=h\n_COMM=python3\nSYSLOG_IDENTIFIER=app\n_PID=12\nCODE_FILE=a.c\nCODE_LINE=9\nCODE_FUNC=f\n__CURSOR=x\nUNIT=a.service\nMESSAGE=bad\n',
    {
      ...{ time: '2025-11-21T08:00:00.100Z', priority: 'ERROR', host: 'h', process: 'app' },
      ...{ file: 'a.c', line: 9, routine: 'f', message: 'bad', pid: '12', UNIT: 'a.service' },
    },
  ],
  [
    'firmware',
    'uptime, level, module',
    '[00:12:33.123,000] <wrn> mirror: actuator 17 slow',
    {
      ...{
        priority: 'WARNING',
        process: 'mirror',
        message: 'actuator 17 slow',
        uptime: '00:12:33.123,000',
      },
    },
  ],
  [
    'firmware',
    'a letter',
    'E (12345) i2c: timeout',
    {
      ...{ priority: 'ERROR', process: 'i2c', message: 'timeout', uptime: '12345' },
    },
  ],
]
for (const [recipe, name, line, expected] of cases) {
  test(`${recipe}: ${name}`, () => {
    assert.deepEqual(read(recipeOf(recipe), line), expected)
  })
}

const limits = { mostBytes: 10_000, mostPending: 3, mostPendingBytes: 100_000 }
const text = Buffer.from('{"short_message":"hello"}')

function chunksOf(bytes: Buffer, count: number, id = 1): Buffer[] {
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, i) => {
    const head = Buffer.alloc(12)
    head.writeUInt16BE(0x1e0f)
    head.writeUInt8(id, 2)
    head.writeUInt8(i, 10)
    head.writeUInt8(count, 11)
    return Buffer.concat([head, bytes.subarray(i * size, (i + 1) * size)])
  })
}

test('GELF packets: plain, gzip and zlib, whole and in chunks in any order', () => {
  for (const bytes of [text, gzipSync(text), deflateSync(text)]) {
    const packets = createPacketAssembler(limits)
    assert.deepEqual(packets.add(bytes, 'a', 0), text)
    const [first, second, third] = chunksOf(bytes, 3)
    assert.ok(first && second && third)
    assert.equal(packets.add(third, 'a', 0), null)
    assert.equal(packets.add(first, 'a', 0), null)
    assert.equal(packets.add(first, 'a', 0), null)
    assert.deepEqual(packets.add(second, 'a', 0), text)
    assert.equal(packets.pendingBytes, 0)
  }
})

test('GELF packets: a bomb is too large, and takes no memory', () => {
  const packets = createPacketAssembler(limits)
  assert.equal(packets.add(gzipSync(Buffer.alloc(50_000_000)), 'a', 0), 'too large')
  assert.equal(packets.add(deflateSync(Buffer.alloc(50_000_000)), 'a', 0), 'too large')
  assert.equal(packets.add(gzipSync(text).subarray(0, 20), 'a', 0), 'bad compression')
})

test('GELF packets: chunks that never become whole are given up, after 5 s or when there are many', () => {
  const packets = createPacketAssembler(limits)
  for (let id = 0; id < 5; id++) packets.add(chunksOf(text, 2, id)[0] ?? text, 'a', 0)
  assert.equal(packets.expire(1_000_000), 2)
  assert.equal(packets.expire(4_999_999), 0)
  assert.equal(packets.expire(5_000_000), 3)
  assert.equal(packets.pendingBytes, 0)
  assert.equal(packets.add(Buffer.from('1e0f00', 'hex'), 'a', 0), 'bad chunk')
})
