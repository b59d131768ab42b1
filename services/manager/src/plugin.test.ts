import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readingsOf } from './plugin.ts'

test('complaints become a number of each kind, and their words, as a plugin sends them', () => {
  const complaints = [
    { about: 'a@x', kind: 'lost', text: 'it is LOST' },
    { about: 'b@x', kind: 'lost', text: 'it is LOST' },
    { about: 'c@x', kind: 'fault', text: 'FAULT: no disk' },
  ] as const
  const values = readingsOf('mon', complaints)
  assert.deepEqual(
    ['MLA-mon-lost', 'MLA-mon-fault', 'MLA-mon-stuck'].map((id) => values.get(id)),
    ['2', '1', '0'],
  )
  assert.match(values.get('MLA-mon-complaints') ?? '', /^a@x: it is LOST; .*c@x: FAULT: no disk$/)
})
