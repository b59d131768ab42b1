import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultView, formatHash, parseHash, type View } from './permalink.ts'

const views: readonly [name: string, view: View][] = [
  ['the default', defaultView],
  ['a branch and a search', { ...defaultView, branch: 'LST-1/Mount', search: 'temp* & #1' }],
  ['points', { ...defaultView, plotted: ['A/B:c+1', 'A/B/d'] }],
  ['a live range', { ...defaultView, range: { kind: 'live', span: 86_400_000 }, zone: 'local' }],
  ['a fixed range', { ...defaultView, range: { kind: 'fixed', from: 1_000_123, to: 2_000_000 } }],
]

for (const [name, view] of views)
  test(`a link to ${name} is read back`, () => assert.deepEqual(parseHash(formatHash(view)), view))

for (const hash of ['', '#', '#r=live:0', '#r=live:x', '#r=b..a', '#%', '#r=live:99999999999999'])
  test(`the malformed link "${hash}" shows the default`, () =>
    assert.deepEqual(parseHash(hash), defaultView))

test('a link names no more points than one plot shows', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `A/B${i}`)
  assert.equal(parseHash(`#p=${ids.join(',')}`).plotted.length, 8)
})
