import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RollupFigures } from '@mla/archive'
import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import { MlaError } from '@mla/model'
import { keepRollups } from './keep-rollups.ts'
import { createRollupReport } from './report-rollups.ts'

/** What the archive answers to each call; an error is thrown. The last answer ends the life. */
async function live(answers: readonly (RollupFigures | Error)[]) {
  const stopping = new AbortController()
  const registry = createRegistry()
  const life = {
    ...{ name: 'mon-dispatcher', instance: 'test', log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics('mon-dispatcher', registry), signal: stopping.signal },
  }
  const asked: number[] = []
  const archive = {
    async rollUp(now: number) {
      asked.push(now)
      const answer = answers[asked.length - 1]
      if (asked.length === answers.length) stopping.abort()
      if (answer instanceof Error) throw answer
      return answer ?? { rolled: 0, due: 0, late: 0 }
    },
  }
  const report = createRollupReport(life)
  await keepRollups({ archive, report, nowMs: () => 5, everyMs: 1 }, life)
  const text = await registry.metrics()
  const metric = (name: string) => new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1]
  return { asked, metric }
}

test('it goes on while days are rolled up, and counts them', async () => {
  const { asked, metric } = await live([
    { rolled: 64, due: 100, late: 0 },
    { rolled: 36, due: 64, late: 2 },
    { rolled: 0, due: 64, late: 1 },
  ])
  assert.deepEqual(asked, [5000, 5000, 5000])
  assert.equal(metric('mla_rollup_days_total'), '100')
  assert.equal(metric('mla_rollup_due_days'), '64')
  assert.equal(metric('mla_rollup_late_days_total'), '3')
})

test('an archive that is away is asked again, one that refuses as well', async () => {
  const { asked, metric } = await live([
    new MlaError('ARCHIVE_UNAVAILABLE', 'away'),
    { rolled: 1, due: 0, late: 0 },
    new MlaError('ARCHIVE_REFUSED', 'no'),
    { rolled: 1, due: 0, late: 0 },
  ])
  assert.equal(asked.length, 4)
  assert.equal(metric('mla_rollup_days_total'), '2')
})
