/** What it costs to bring values from plugins to the BSDB, over Kafka, and points to the plugins' queue. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { alarmBsdb, alarmPlugins, topics } from '@mla/bus'
import { connectKafka, kafkaEnv } from '@mla/bus/kafka'
import { loadCdb } from '@mla/cdb'
import { createHealth, silentLog } from '@mla/kit'
import type { PluginBatch } from '@mla/model'
import { freePorts, startKafka } from '@mla/stack'
import { z } from 'zod'
import { createServiceProcess } from '../system/service-process.ts'

export const description =
  'alarm-intake [--rates 5000,20000] [--seconds 20]: from plugins to the BSDB, values per CPU second and delay'

const batchesPerSecond = 50
const plugins = 12

export async function run(args: readonly string[]): Promise<Record<string, number>[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rates: { type: 'string', default: '5000,20000' },
      seconds: { type: 'string', default: '20' },
    },
  })
  const loaded = await loadCdb('cdb', {})
  if (!loaded.ok || !loaded.cdb.alarms) throw new Error('the example has no alarms')
  const ids = loaded.cdb.alarms.inputs
    .filter(({ type }) => type === 'FLOAT')
    .map(({ iasio }) => iasio)
  const folder = mkdtempSync(join(tmpdir(), 'mla-bench-'))
  try {
    await using kafka = await startKafka()
    const env = { KAFKA_BROKERS: kafka.brokers.join(','), MLA_DATA: folder }
    const life = { name: 'plugin', log: silentLog, health: createHealth() }
    await using bus = await connectKafka(z.object(kafkaEnv).parse(env), life)
    await bus.createTopics(topics)
    const [health = 0, otherHealth = 0, http = 0, tcp = 0] = await freePorts(4)
    const ports = { MLA_ALARM_HTTP_PORT: String(http), MLA_ALARM_TCP_PORT: String(tcp) }
    const serviceOf = (name: string, healthPort: number) =>
      createServiceProcess({
        ...{ name, healthPort, logFolder: folder, env: { ...env, ...ports } },
      })
    await using acquisition = serviceOf('alarm-acquisition', health)
    await using converter = serviceOf('alarm-converter', otherHealth)
    await Promise.all([acquisition.start(), converter.start()])

    const arrived = { values: 0, delaysMs: [] as number[] }
    const reading = new AbortController()
    const follow = async () => {
      for await (const one of bus.follow(alarmBsdb, Date.now() * 1000, reading.signal)) {
        if (one.kind === 'caught-up') continue
        for (const { record, appendTime } of one.messages) {
          arrived.values += record.values.length
          const sent = record.values[0]?.sentToConverter ?? appendTime
          arrived.delaysMs.push((appendTime - sent) / 1000)
        }
      }
    }
    const following = follow()
    const rows: Record<string, number>[] = []
    const idleFrom = [acquisition.cpuSeconds(), converter.cpuSeconds()]
    const idleS = 10
    await delay(idleS * 1000)
    const idle = [acquisition, converter].map(
      (one, index) => ((one.cpuSeconds() - (idleFrom[index] ?? 0)) / idleS) * 100,
    )
    for (const rate of values.rates.split(',').map(Number)) {
      arrived.values = 0
      arrived.delaysMs.length = 0
      const before = [acquisition.cpuSeconds(), converter.cpuSeconds()]
      const seconds = Number(values.seconds)
      const sent = await sendAt(rate, seconds, ids, (batches) =>
        bus.publish(
          alarmPlugins,
          batches.map((record) => ({ key: record.plugin, record })),
        ),
      )
      for (let waited = 0; arrived.values < sent && waited < 300; waited++) await delay(100)
      const after = [acquisition.cpuSeconds(), converter.cpuSeconds()]
      const [taken = 0, converted = 0] = after.map((one, index) => one - (before[index] ?? 0))
      const sorted = arrived.delaysMs.sort((a, b) => a - b)
      const quantile = (part: number) => sorted[Math.floor(sorted.length * part)] ?? 0
      rows.push({
        ...{ rate, sent, arrived: arrived.values },
        acquisitionMicrosPerValue: round((taken / sent) * 1e6),
        converterMicrosPerValue: round((converted / sent) * 1e6),
        valuesPerCpuSecond: Math.round(sent / (taken + converted)),
        ...{ p50Ms: round(quantile(0.5)), p99Ms: round(quantile(0.99)) },
        ...{
          acquisitionIdlePercent: round(idle[0] ?? 0),
          converterIdlePercent: round(idle[1] ?? 0),
        },
        ...{ acquisitionMB: round(acquisition.peakMegabytes()) },
        converterMB: round(converter.peakMegabytes()),
      })
    }
    reading.abort()
    await following
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

async function sendAt(
  rate: number,
  seconds: number,
  ids: readonly string[],
  publish: (batches: readonly PluginBatch[]) => Promise<void>,
): Promise<number> {
  const inBatch = Math.max(1, Math.round(rate / batchesPerSecond))
  const began = Date.now()
  let sent = 0
  for (let tick = 0; tick < seconds * batchesPerSecond; tick++) {
    const now = Date.now() * 1000
    const parts = new Map<number, PluginBatch['values'][number][]>()
    for (let i = 0; i < inBatch; i++, sent++) {
      const at = sent % ids.length
      const own = parts.get(at % plugins) ?? []
      parts.set(at % plugins, own)
      own.push({
        ...{
          id: ids[at] ?? '',
          value: String(sent / 7),
          sampled: now,
          produced: now + (sent % 1000),
        },
        ...{ mode: 'OPERATIONAL', validity: 'RELIABLE' },
      })
    }
    await publish(
      [...parts].map(([part, values]) => ({
        ...{ plugin: `plugin-${part}`, monitoredSystem: 'M', published: now, values },
      })),
    )
    await delay(Math.max(0, began + ((tick + 1) * 1000) / batchesPerSecond - Date.now()))
  }
  return sent
}
