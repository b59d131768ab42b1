import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLayout, type Layout, parseLayout, titleOf } from './layout-spec.ts'

const layout: Layout = {
  name: 'Night shift & co',
  panes: [
    { kind: 'plot', width: 2, height: 1, title: 'Both, mounts', items: ['A/B/C', 'A/B/D'] },
    { kind: 'alarms', width: 1, height: 2, title: '', items: ['Tel01/Mount'] },
    { kind: 'logs', width: 1, height: 1, title: '', items: ['WARNING', 'mla/*'] },
  ],
  range: { kind: 'live', span: 3_600_000 },
  zone: 'local',
}

test('a layout is read back from its address, commas of titles apart', () => {
  const [plot, ...others] = layout.panes
  assert.deepEqual(parseLayout(formatLayout(layout)), {
    ...layout,
    panes: [{ ...plot, title: 'Both  mounts' }, ...others],
  })
  assert.equal(formatLayout(parseLayout('')), '')
})

const addresses: readonly [hash: string, panes: number][] = [
  ['#w=plot,2x1,,A/B', 1],
  ['#w=cake,2x1,,A/B', 0],
  ['#w=plot', 0],
  ['#w=plot,9x9,,A', 1],
  [`#${'w=alarms,1x1,&'.repeat(100)}`, 40],
]
for (const [hash, count] of addresses) {
  test(`of ${hash.slice(0, 24)} ${count} panes are understood`, () => {
    const { panes } = parseLayout(hash)
    assert.equal(panes.length, count)
    for (const { width, height } of panes) assert.ok(width <= 4 && height <= 3)
  })
}

const titles: readonly [items: string[], title: string][] = [
  [['Tel01/Mount/Azimuth/Position', 'Tel01/Mount/Azimuth/Speed'], 'Tel01/Mount/Azimuth'],
  [['Tel01/Mount/Position', 'Tel02/Mount/Position'], '2 points'],
  [['Tel01/Mount/Position'], 'Tel01/Mount/Position'],
]
for (const [items, title] of titles) {
  test(`a plot of ${items} is called ${title}`, () => {
    assert.equal(titleOf({ kind: 'plot', width: 1, height: 1, title: '', items }), title)
  })
}
