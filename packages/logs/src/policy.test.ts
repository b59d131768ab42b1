import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogDraft, type Priority, priorities, rankOf, textAt } from '@mla/model'
import { createPolicy, letThrough, type PolicyRules } from './policy.ts'

/** A story: the priority and message of each record, a tenth of a second apart, and its fate. */
function fates(rules: Partial<PolicyRules>, records: readonly (readonly [Priority, string])[]) {
  const policy = createPolicy({ ...letThrough, ...rules })
  const draft = new LogDraft()
  const told = records.map(([priority, message], i) => {
    draft.reset(Buffer.from(message))
    draft.range(textAt.message, 0, draft.bytes.length)
    return policy.withholds(draft, rankOf(priority), i * 100_000)
  })
  return { told, policy }
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

test('the priority filter lets the more important through', () => {
  const { told } = fates(
    { minRank: 3 },
    priorities.map((one) => [one, 'x'] as const),
  )
  assert.deepEqual(told, [...times(3, 'priority'), ...times(6, null)])
})

test('a rate limit lets a burst through, then so many a second, errors always; the rest is summed up', () => {
  const rules = { rate: { perSecond: 5, burst: 3, exemptRank: 5 } }
  const { told, policy } = fates(rules, [...times(9, ['INFO', 'x'] as const), ['ERROR', 'y']])
  assert.deepEqual(told, [...times(4, null), null, 'rate', null, 'rate', null, null])
  assert.deepEqual(policy.summaries(5_000_000), [])
  const [summary] = policy.summaries(10_700_000)
  assert.match(summary?.message ?? '', /^2 records in 10 s were suppressed/)
  assert.deepEqual(policy.summaries(99_000_000), [])
})

test('sampling keeps one of so many of the less important', () => {
  const { told } = fates({ sample: { oneOf: 3, belowRank: 2 } }, [
    ...times(4, ['DEBUG', 'x'] as const),
    ['INFO', 'y'],
  ])
  assert.deepEqual(told, [null, 'sampled', 'sampled', null, null])
})

test('repeated records are folded into one that says how often', () => {
  const { told, policy } = fates({ fold: { within: 1_000_000 } }, [
    ['INFO', 'a'],
    ['INFO', 'a'],
    ['WARNING', 'a'],
    ['INFO', 'b'],
    ['INFO', 'a'],
  ])
  assert.deepEqual(told, [null, 'folded', null, null, 'folded'])
  assert.deepEqual(policy.summaries(900_000), [])
  const [summary] = policy.summaries(1_200_000)
  assert.equal(summary?.message, 'repeated 2 times: a')
  assert.equal(summary?.priority, 'INFO')
})

test('what is folded is bounded: the oldest is summed up early', () => {
  const many = Array.from({ length: 1_500 }, (_, i) => ['INFO', `text ${i}`] as const)
  const { policy } = fates({ fold: { within: 1_000_000_000_000 } }, [['INFO', 'text 0'], ...many])
  assert.deepEqual(
    policy.summaries(1).map(({ message }) => message),
    ['repeated 1 times: text 0'],
  )
})
