import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collecting, inFolder, now, said } from './collect.fixture.ts'
import { cdbOf, point, someTime, source, value } from './collector.fake-link.ts'

test('a new configuration touches only what it changes', () =>
  inFolder(async (folder) => {
    const tel01 = source('Tel01')
    const tel02 = source('Tel02', { lanes: [4] })
    const [a, b] = [point('Tel01/A'), point('Tel01/B')]
    const other = point('Tel02/A', { source: 'Tel02' })
    const collector = await collecting(cdbOf('a', [tel01, tel02], [a, b, other]), folder)
    const [first, second] = [await collector.nth(1), await collector.nth(2)]
    first.events.values([value('Tel01/A'), value('Tel01/B')], now())
    second.events.values([value('Tel02/A')], now())

    const c = point('Tel01/C')
    const moved = source('Tel03', { lanes: [5] })
    collector.cdb.push({
      ok: false,
      problems: [{ file: 'x.yaml', path: '', line: null, message: 'broken', cure: 'mend it' }],
    })
    collector.cdb.push(cdbOf('b', [tel01, tel02, moved], [a, c, other]))
    await collector.nth(3)
    assert.equal(collector.figures().cdbVersion, 'b')
    assert.deepEqual(
      first.watched.map((nodes) => nodes.map((node) => node.key)),
      [
        ['Tel01/A', 'Tel01/B'],
        ['Tel01/A', 'Tel01/C'],
      ],
    )
    assert.equal(second.watched.length, 1)

    collector.cdb.push(
      cdbOf('c', [{ ...tel01, endpoint: 'opc.tcp://elsewhere:4840' }, moved], [a, c]),
    )
    const again = await collector.nth(4)
    assert.deepEqual([first.isClosed, second.isClosed], [true, true])
    assert.equal(again.settings.endpoint, 'opc.tcp://elsewhere:4840')
    await collector.stop()
    assert.deepEqual(said(collector.batches()).sort(), [
      'Tel01/A 1',
      'Tel01/A gap',
      'Tel01/B 1',
      'Tel01/B gap',
      'Tel02/A 1',
      'Tel02/A gap',
    ])
    const refusals = (await collector.metric('mla_errors_total'))
      .map(({ labels, value: count }) => [labels['code'], count])
      .filter(([, count]) => count !== 0)
    assert.deepEqual(refusals, [['CDB_INVALID', 1]])
  }))

test('only the sources of MLA_SOURCES are handled', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01'), source('Tel02'), source('Tel03')], [])
    const collector = await collecting(cdb, folder, { MLA_SOURCES: 'Tel02, Tel03' })
    await collector.nth(2)
    assert.deepEqual(
      collector.figures().sources.map(({ id }) => id),
      ['Tel02', 'Tel03'],
    )
    await collector.stop()
  }))

test('the points that are wrong now are listed, and no longer when they are right', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01')], [point('Tel01/A'), point('Tel01/B')])
    const collector = await collecting(cdb, folder)
    const { events } = await collector.nth(1)
    events.nodes([
      { key: 'Tel01/B', ok: false, status: 0x80340000, reason: 'BadNodeIdUnknown' },
      { key: 'Tel01/A', ok: true, samplingIntervalMs: 1000, queueSize: 10 },
    ])
    events.values([value('Tel01/A', { type: 'string', value: 'x' })], now())
    const [figures] = collector.figures().sources
    assert.deepEqual(figures?.faulty, [
      { point: 'Tel01/A', reason: 'type mismatch: string instead of double' },
    ])
    assert.deepEqual(figures?.refused, [{ point: 'Tel01/B', reason: 'BadNodeIdUnknown' }])
    events.values([value('Tel01/A', { sourceTime: someTime + 1 })], now())
    assert.deepEqual(collector.figures().sources[0]?.faulty, [])
    await collector.stop()
    assert.deepEqual(
      (await collector.metric('mla_faulty_values_total')).map(({ labels, value: count }) => [
        labels['reason'],
        count,
      ]),
      [['type mismatch', 1]],
    )
  }))

test('a second collector on the same folder is refused', () =>
  inFolder(async (folder) => {
    const collector = await collecting(cdbOf('a', [], []), folder)
    await assert.rejects(collecting(cdbOf('a', [], []), folder), /in use by another collector/)
    await collector.stop()
  }))

test('it is ready when the bus has answered and each source was tried, reachable or not', () =>
  inFolder(async (folder) => {
    const cdb = cdbOf('a', [source('Tel01'), source('Tel02')], [])
    const collector = await collecting(cdb, folder)
    const { health } = collector.life
    const [first, second] = [await collector.nth(1), await collector.nth(2)]
    first.events.state({ state: 'connected' })
    await until(() => health.report().parts['opcua-collector'] === 'connecting Tel02')
    assert.equal(health.report().ready, false)
    second.events.state({ state: 'connecting', reason: 'SOURCE_UNAVAILABLE: nobody listens' })
    await until(() => health.report().ready)
    await collector.stop()
  }))

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((done) => setTimeout(done, 20))
}
