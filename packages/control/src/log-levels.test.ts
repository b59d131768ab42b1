import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlaState } from '@mla/bus'
import { createMemoryBus } from '@mla/bus/memory'
import { type Priority, priorities } from '@mla/model'
import { documentOfLevel, followLogLevels, type LogLevelRule, levelOfSource } from './log-levels.ts'

const ruleOf = (source: string, minPriority: Priority): LogLevelRule => ({
  ...{ source, minPriority, time: 1, by: 'anna' },
})

test('the most telling rule counts, then that of the source, then the configuration', () => {
  const all = [
    ruleOf('hosts', 'WARNING'),
    ruleOf('hosts/tel*', 'NOTICE'),
    ruleOf('hosts/tel0*', 'INFO'),
    ruleOf('hosts/tel01', 'DEBUG'),
    ruleOf('others', 'ERROR'),
  ]
  const rules = new Map(all.map((rule) => [rule.source, rule]))
  const { usual, of } = levelOfSource('hosts', 'TRACE', rules)
  const shown = ['hosts', 'hosts/pi', 'hosts/tel9', 'hosts/tel09', 'hosts/tel01'].map(
    (name) => priorities[of?.(name) ?? -1],
  )
  assert.equal(priorities[usual], 'WARNING')
  assert.deepEqual(shown, ['WARNING', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'])
  const plain = levelOfSource('scripts', 'NOTICE', rules)
  assert.deepEqual([priorities[plain.usual], plain.of], ['NOTICE', null])
})

test('rules outlive who set them, and what is broken or another’s is passed over', async () => {
  await using bus = createMemoryBus()
  const put = async (source: string, minPriority: Priority | null): Promise<void> => {
    const record = documentOfLevel({ source, minPriority, time: 1, by: 'anna' })
    await bus.publish(mlaState, [{ key: record.key, record }])
  }
  await put('hosts', 'ERROR')
  await put('gone', 'ERROR')
  await put('gone', null)
  for (const key of ['log-level/broken', 'alarm/x']) {
    const record = { key, time: 1, by: 'b', content: '{' }
    await bus.publish(mlaState, [{ key, record }])
  }
  const stop = new AbortController()
  const heard: string[][] = []
  let bell = Promise.withResolvers<void>()
  const following = followLogLevels(
    bus,
    stop.signal,
    (rules) => {
      heard.push([...rules.values()].map(({ source, minPriority }) => `${source} ${minPriority}`))
      bell.resolve()
    },
    assert.ifError,
  )
  await bell.promise
  bell = Promise.withResolvers()
  await put('hosts/pi', 'DEBUG')
  await bell.promise
  stop.abort()
  await following
  assert.deepEqual(heard, [['hosts ERROR'], ['hosts ERROR', 'hosts/pi DEBUG']])
})
