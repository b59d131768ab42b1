import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond as second } from '@mla/model'
import { collecting, inFolder, now, said } from './collect.fixture.ts'
import { cdbOf, point, someTime, source, value } from './collector.fake-link.ts'

const filter = {
  unchanged: { band: { kind: 'absolute', value: 1 }, maxSilence: 60 * second },
  status: { drop: ['BAD'], keep: [] },
  window: null,
} as const
const at = (seconds: number, of: number, status = 0) =>
  value('Tel01/A', { sourceTime: someTime + seconds * second, value: of, status })

test('what the filter of a point holds back is counted, and comes again after a gap', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A', { filter })])
    const collector = await collecting(cdb, folder)
    const { events } = await collector.nth(1)
    events.values([at(0, 1), at(1, 1.5), at(2, 5), at(3, 5, 0x80000000), at(4, 5)], now())
    // The same configuration again keeps what the filter remembers.
    collector.cdb.push(cdbOf('b', [source('Tel01')], [point('Tel01/A', { filter: { ...filter } })]))
    events.values([at(5, 5.5)], now())
    events.state({ state: 'lost', since: someTime + 6 * second, reason: 'test', keys: 'all' })
    events.values([at(7, 5.5)], now())
    const suppressed = await collector.metric('mla_suppressed_values_total')
    assert.deepEqual(
      Object.fromEntries(suppressed.map(({ labels, value }) => [labels['reason'], value])),
      { unchanged: 3, status: 1, 'pass window': 0 },
    )
    await collector.stop()
    assert.deepEqual(said(collector.batches()), [
      ...['Tel01/A 1', 'Tel01/A 5', 'Tel01/A gap', 'Tel01/A 5.5', 'Tel01/A gap'],
    ])
  }))
