import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { alarmBasic, alarmBsdb, alarmPlugins, mlaCdb, topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { loadCdb } from '@mla/cdb'
import { createHealth, silentLog } from '@mla/kit'
import { createRedelivery } from '@mla/model'
import { freePorts, startKafka } from '@mla/stack'
import { z } from 'zod'
import { createServiceProcess } from './system/service-process.ts'
import { temporaryFolder } from './system/standalone-process.ts'

const rounds = 120
const start = Date.UTC(2026, 10, 21) * 1000

test('plugins send while the intake is killed: every value is on the BSDB, once and in order', async () => {
  const loaded = await loadCdb('cdb', {})
  assert.ok(loaded.ok && loaded.cdb.alarms)
  const ids = [...loaded.cdb.alarms.iasios.values()]
    .filter(({ type, template }) => type === 'FLOAT' && template === null)
    .map(({ id }) => id)
    .slice(0, 40)
  assert.ok(ids.length >= 10)
  await using folder = await temporaryFolder()
  await using kafka = await startKafka()
  const [health = 0, otherHealth = 0, http = 0, tcp = 0] = await freePorts(4)
  const env = { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_SESSION_SECONDS: '6' }
  const config = z.object(kafkaEnv).parse(env)
  const life = { name: 'plugin', log: silentLog, health: createHealth() }
  await using bus = await connectKafka(config, life)
  await bus.createTopics(topics)
  assert.ok([alarmPlugins, alarmBasic, mlaCdb].every((topic) => topics.includes(topic)))
  const serviceOf = (name: string, healthPort: number) =>
    createServiceProcess({
      ...{ name, healthPort, logFolder: folder.path },
      env: {
        ...env,
        ...{ MLA_DATA: folder.path, MLA_ALARM_HTTP_PORT: String(http) },
        MLA_ALARM_TCP_PORT: String(tcp),
      },
    })
  await using acquisition = serviceOf('alarm-acquisition', health)
  await using converter = serviceOf('alarm-converter', otherHealth)
  await Promise.all([acquisition.start(), converter.start()])

  /** As a plugin should: the same again until it is taken. */
  async function post(round: number): Promise<void> {
    const produced = new Date((start + round * 1_000_000) / 1000).toISOString()
    const values = ids.map((id) => ({ id, value: round, produced, mode: 'OPERATIONAL' }))
    const body = JSON.stringify({ plugin: 'P', monitoredSystem: 'M', values })
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${http}`, { method: 'POST', body }).catch(
        () => null,
      )
      await answer?.arrayBuffer()
      if (answer?.status === 200) return
      await delay(100)
    }
  }
  async function send(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await post(round)
      // One that did not hear the answer sends again.
      if (round % 10 === 0) await post(round)
    }
  }
  async function killEach(): Promise<void> {
    for (const services of [[acquisition], [converter], [acquisition, converter]]) {
      await Promise.all(services.map((service) => service.kill()))
      await Promise.all(services.map((service) => service.start()))
    }
  }
  const sending = send()
  await killEach()
  await sending

  const seen = new Map<string, number[]>(ids.map((id) => [id, []]))
  const cameBefore = createRedelivery()
  const reading = new AbortController()
  const isComplete = () => [...seen.values()].every((values) => values.at(-1) === rounds - 1)
  for await (const one of bus.follow(alarmBsdb, 0, reading.signal)) {
    if (one.kind === 'caught-up') continue
    for (const { record } of one.messages) {
      const { producer, epoch, sequence, values } = record
      if (cameBefore({ collector: producer, epoch, lane: '', sequence })) continue
      for (const { id, value } of values) seen.get(id)?.push(Number(value))
    }
    if (isComplete()) reading.abort()
  }
  const wanted = Array.from({ length: rounds }, (_, round) => round)
  for (const [id, values] of seen) assert.deepEqual(values, wanted, id)
  assert.equal(await acquisition.stop(), 0)
  assert.equal(await converter.stop(), 0)
})
