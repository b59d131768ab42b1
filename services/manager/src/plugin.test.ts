import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alarmPlugins } from '@mla/bus'
import { pluginBatchOf } from './plugin.ts'

test('complaints become a number of each kind, and their words, as a plugin sends them', () => {
  const complaints = [
    { about: 'a@x', kind: 'lost', text: 'it is LOST' },
    { about: 'b@x', kind: 'lost', text: 'it is LOST' },
    { about: 'c@x', kind: 'fault', text: 'FAULT: no disk' },
  ] as const
  const batch = pluginBatchOf('mon', complaints, 7)
  const values = new Map(batch.values.map(({ id, value }) => [id, value]))
  assert.deepEqual(
    ['MLA-mon-lost', 'MLA-mon-fault', 'MLA-mon-stuck'].map((id) => values.get(id)),
    ['2', '1', '0'],
  )
  assert.match(values.get('MLA-mon-complaints') ?? '', /^a@x: it is LOST; .*c@x: FAULT: no disk$/)
  assert.deepEqual(alarmPlugins.decode(alarmPlugins.encode(batch)), batch)
})
