import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond as second } from '@mla/model'
import { admit, repeatSilent } from './admit.ts'
import { point, someTime, value } from './collector.fake-link.ts'
import { sampleOf } from './normalise.ts'
import { beginGap, noteSample, trackPoints } from './tracked-point.ts'

test('a point whose server is silent says its value again, but not through a gap', () => {
  const filter = {
    unchanged: { band: { kind: 'exact' }, maxSilence: 60 * second },
    status: null,
    window: null,
  } as const
  const points = trackPoints([point('A/B', { filter }), point('A/C')], new Map(), null)
  for (const tracked of points.values()) {
    const sample = sampleOf(tracked.rules, value(tracked.rules.id), null, someTime)
    assert.equal(admit(tracked, sample), null)
    noteSample(tracked, sample)
  }
  const said = (seconds: number) =>
    repeatSilent(points.values(), someTime + seconds * second)
      .flatMap((samples) => samples ?? [])
      .map(({ point, value, sourceTime }) => [point, value, sourceTime])
  assert.deepEqual(said(59), [])
  assert.deepEqual(said(60), [['A/B', 1, null]])
  assert.deepEqual(said(61), [])
  for (const tracked of points.values()) beginGap(tracked, someTime + 100 * second)
  assert.deepEqual(said(300), [])
})
