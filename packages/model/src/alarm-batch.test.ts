import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createIasioBatchCodec,
  createPluginBatchCodec,
  type IasioBatch,
  type PluginBatch,
} from './alarm-batch.ts'

const values: PluginBatch = {
  ...{ plugin: 'P', monitoredSystem: 'M', published: 1_795_176_000_000_001 },
  values: [
    {
      id: 'T[!#3!]',
      value: '1.5',
      sampled: 7,
      produced: 8,
      mode: 'OPERATIONAL',
      validity: 'RELIABLE',
    },
    { id: 'U', value: null, sampled: null, produced: 9, mode: 'UNKNOWN', validity: 'UNRELIABLE' },
    { id: 'S', value: '', sampled: null, produced: 9, mode: 'UNKNOWN', validity: 'RELIABLE' },
  ],
}

const note = { user: 'eva', time: 5, text: 'Grüße', until: null }
const iasios: IasioBatch = {
  ...{ producer: 'alarm-supervisor@a', epoch: 3, sequence: 0 },
  values: [
    {
      ...{ id: 'Out', fullRunningId: '(Out:IASIO)', type: 'ALARM', value: 'SET_ACK:HIGH' },
      ...{
        mode: 'OPERATIONAL',
        validity: 'RELIABLE',
        readFromMonitoredSystem: null,
        production: 4,
      },
      ...{
        sentToConverter: null,
        receivedFromPlugin: null,
        convertedProduction: null,
        sentToBsdb: 4,
      },
      ...{ dependencies: ['(T:IASIO)'], properties: { actualValue: 'NaN', __proto_: 'x' } },
      ...{ isChange: true, before: 'SET_UNACK:HIGH', annunciation: 'SHELVED' },
      ...{ acknowledgement: note, shelf: { ...note, until: 6 }, outOfService: null },
      action: { kind: 'shelve', user: 'eva', time: 5, text: 'Grüße' },
      ...{ since: 4, setSince: 3 },
    },
  ],
}

test('what plugins send, and what is on the BSDB, comes back as it was', () => {
  const plugin = createPluginBatchCodec()
  assert.deepEqual(plugin.decode(plugin.encode(values)), values)
  const bsdb = createIasioBatchCodec()
  assert.deepEqual(bsdb.decode(bsdb.encode(iasios)), iasios)
})

test('bytes that end too early are refused', () => {
  const codec = createIasioBatchCodec()
  const bytes = codec.encode(iasios)
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => codec.decode(bytes.subarray(0, length)), { code: 'DECODE_FAILED' })
  }
})
