import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { createMemoryBus } from '@mla/bus/memory'
import { createHealth, createMetrics, silentLog } from '@mla/kit'
import { alarmAcquisitionEnv, runAlarmAcquisition } from './index.ts'

const within = { timeout: 20_000 }

test(
  'a port that another program has is told with its cure, and the rest works',
  within,
  async () => {
    await using bus = createMemoryBus()
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as AddressInfo
    const stopping = new AbortController()
    const told = Promise.withResolvers<string>()
    const health = createHealth(() => {
      const reason = health.report().parts['alarm-acquisition tcp'] ?? 'ready'
      if (reason !== 'ready') told.resolve(reason)
    })
    const life = {
      ...{ name: 'alarm-acquisition', instance: 'test', log: silentLog, health },
      ...{ metrics: createMetrics('alarm-acquisition'), signal: stopping.signal },
    }
    const settings = alarmAcquisitionEnv.parse({ MLA_ALARM_HTTP_PORT: 0, MLA_ALARM_TCP_PORT: port })
    const open = Promise.withResolvers<string>()
    const running = runAlarmAcquisition({ bus, settings, listening: open.resolve }, life)
    assert.equal(
      await told.promise,
      `another program listens on 127.0.0.1:${port}: end it, or set MLA_ALARM_TCP_PORT to a port that is free; it is tried again by itself`,
    )
    assert.equal(await open.promise, 'http')
    other.close()
    stopping.abort()
    await running
  },
)
