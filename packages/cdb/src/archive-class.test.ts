import assert from 'node:assert/strict'
import { test } from 'node:test'
import { microsPerSecond } from '@mla/model'
import { buildCdb } from './build.ts'
import { fixture } from './cdb.fixture.ts'

const classes = (rollups: string) =>
  buildCdb(
    fixture({
      'archive-classes.yaml': `archiveClasses:\n  standard:\n    retentionDays: 10\n    rollups: ${rollups}\n`,
    }),
    {},
  )

test('tiers are taken as they are declared', () => {
  const result = classes('[{width: 1s, retentionDays: 30}, {width: 1h, retentionDays: null}]')
  assert.ok(result.ok, JSON.stringify(result))
  assert.deepEqual(result.cdb.archiveClasses.get('standard')?.rollups, [
    { widthMicros: microsPerSecond, retentionDays: 30 },
    { widthMicros: 3600 * microsPerSecond, retentionDays: null },
  ])
})

const wrong: [title: string, rollups: string, path: string, message: RegExp][] = [
  ['a width that does not divide a day', '[{width: 7m, retentionDays: 1}]', '[0].width', /divide/],
  [
    'a width that is no multiple of the one before',
    '[{width: 10s, retentionDays: 1}, {width: 15s, retentionDays: 2}]',
    '[1].width',
    /no multiple of 10s/,
  ],
  [
    'widths that do not grow',
    '[{width: 1h, retentionDays: 1}, {width: 1m, retentionDays: 2}]',
    '[1].width',
    /no multiple of 1h/,
  ],
  [
    'a wider tier that is kept for less time',
    '[{width: 1m, retentionDays: null}, {width: 1h, retentionDays: 9}]',
    '[1].retentionDays',
    /shorter/,
  ],
  ['no duration', '[{width: often, retentionDays: 1}]', '[0].width', /"often"/],
]
for (const [title, rollups, path, message] of wrong) {
  test(`refuses ${title}`, () => {
    const result = classes(rollups)
    assert.ok(!result.ok)
    const [problem] = result.problems
    assert.equal(problem?.path, `archiveClasses.standard.rollups${path}`)
    assert.match(problem?.message ?? '', message)
  })
}
