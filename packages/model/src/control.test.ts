import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createControlCodecs, type Heartbeat } from './control.ts'
import { createRecordCodec } from './record-codec.ts'
import { heartbeatSchemas } from './schemas.ts'

const heartbeat: Heartbeat = {
  ...{ component: 'mon-dispatcher@a', name: 'mon-dispatcher', subsystem: 'mon', host: 'a' },
  ...{ version: '0.1.0', time: 1_790_000_000_123_456, started: 1, intervalMs: 2000 },
  ...{ state: 'DEGRADED', reason: 'the archive is away: Grüße', since: 2, isWanted: true },
  ...{ hasEnded: false, cpuPercent: 12.5, memoryBytes: 2 ** 33, logLevel: 'info' },
  ...{ configuration: '17', configurationProblem: null },
  figures: [{ name: 'received', value: 1e12 }],
}

test('a record comes back as it was', () => {
  const { heartbeat: codec } = createControlCodecs()
  assert.deepEqual(codec.decode(codec.encode(heartbeat)), heartbeat)
})

test('a record of an older version has the defaults of what it does not have', () => {
  const [newest] = heartbeatSchemas
  const older = JSON.parse(JSON.stringify(newest))
  older.fields = older.fields.filter(({ name }: { name: string }) => name !== 'isWanted')
  const { isWanted, ...rest } = heartbeat
  const bytes = createRecordCodec<Omit<Heartbeat, 'isWanted'>>([older]).encode(rest)
  const { heartbeat: codec } = createControlCodecs()
  assert.throws(() => codec.decode(bytes), { code: 'SCHEMA_UNKNOWN' })
  codec.learn(older)
  assert.deepEqual(codec.decode(bytes), heartbeat)
})

test('what is not as the schema says is refused, on both ways', () => {
  const { heartbeat: codec } = createControlCodecs()
  assert.throws(() => codec.encode({ ...heartbeat, intervalMs: 0.5 }), { code: 'VALUE_INVALID' })
  const bytes = codec.encode(heartbeat)
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => codec.decode(bytes.subarray(0, length)), { code: 'DECODE_FAILED' })
  }
})
