import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  freePorts,
  jmxAgent,
  startAlertmanager,
  startCassandra,
  startKafka,
  startNodeExporter,
  startPrometheus,
} from '@mla/stack'
import { allowedEmpty } from './compose/allowed-empty.ts'
import { selectorsOf } from './compose/collect-queries.ts'
import { checkQueries } from './compose/queries.ts'
import { sendLogs } from './system/send-logs.ts'
import { createServiceProcess } from './system/service-process.ts'
import { smallCdb } from './system/small-cdb.ts'
import { createSystem, until } from './system/system.ts'

const rules = join(import.meta.dirname, '../compose/jmx')
const mayBeEmpty: typeof allowedEmpty = [
  [
    /^(alarm-[a-z]+|alarms) \/|MLAServiceMissing|MLAAlarm(Flood|RulesBroken|sUnsupervised)/,
    'the alarm services do not run in this test',
  ],
  ...allowedEmpty,
]
/** A scrape must not take long; all that Kafka and Cassandra have is more than ten times this. */
const mostLines = 500

test('the whole system, watched: every panel and rule finds data, and silence is told', async () => {
  const [kafkaPort = 0, cassandraPort = 0, watchdogPort = 0, ...managerPorts] = await freePorts(5)
  await using kafka = await startKafka({
    javaArgs: [await jmxAgent(kafkaPort, join(rules, 'kafka.yaml'))],
  })
  await using cassandra = await startCassandra({
    javaArgs: [await jmxAgent(cassandraPort, join(rules, 'cassandra.yaml'))],
  })
  using cdb = smallCdb(1)
  await using system = await createSystem({
    ...{ kafka, cassandra, cdbFolder: cdb.folder, cutSeconds: 5 },
  })
  const { simulator, dispatcher, hmi, collector } = system
  for (const service of [simulator, dispatcher, hmi, collector]) await service.start()
  await using watchdog = createServiceProcess({
    ...{ name: 'watchdog', healthPort: watchdogPort, logFolder: system.folder },
    env: {
      MLA_WATCHDOG_METRICS: `${dispatcher.url}/metrics`,
      MLA_WATCHDOG_SILENT_SECONDS: '5',
      MLA_WATCHDOG_CHECK_SECONDS: '0.5',
    },
  })
  const managerOf = (subsystem: string, healthPort: number) =>
    createServiceProcess({
      ...{ name: 'manager', healthPort, logFolder: system.folder },
      env: {
        ...{ MLA_SUBSYSTEM: subsystem, MLA_CDB: cdb.folder, MLA_DATA: system.folder },
        KAFKA_BROKERS: kafka.brokers.join(','),
      },
    })
  await using managerOfMon = managerOf('mon', managerPorts[0] ?? 0)
  await using managerOfLog = managerOf('log', managerPorts[1] ?? 0)
  await managerOfMon.start()
  await managerOfLog.start()
  const [logPort = 0, consumerPort = 0, ...senders] = await freePorts(8)
  const senderPorts = ['SYSLOG', 'GELF', 'JSON', 'JSON_HTTP', 'ACS', 'FIRMWARE'].map(
    (name, index): [string, string] => [`MLA_${name}_PORT`, String(senders[index])],
  )
  await using logs = createServiceProcess({
    ...{ name: 'log-collector', healthPort: logPort, logFolder: system.folder },
    env: {
      ...{ MLA_CDB: cdb.folder, MLA_DATA: system.folder, ...Object.fromEntries(senderPorts) },
      KAFKA_BROKERS: kafka.brokers.join(','),
    },
  })
  await logs.start()
  await using logConsumer = createServiceProcess({
    ...{ name: 'log-consumer', healthPort: consumerPort, logFolder: system.folder },
    env: { ...system.env, MLA_CDB: cdb.folder },
  })
  await logConsumer.start()
  await using node = await startNodeExporter()
  await using alertmanager = await startAlertmanager(`127.0.0.1:${watchdogPort}`)
  await watchdog.start()
  const addressOf = (url: string) => url.replace('http://', '')
  await using prometheus = await startPrometheus({
    alertmanager: alertmanager.address,
    targets: [
      ...[simulator, dispatcher, hmi, collector, watchdog, logs, logConsumer].map(
        ({ name, url }) => ({
          ...{ job: name, address: addressOf(url) },
        }),
      ),
      { job: 'mon-manager', address: addressOf(managerOfMon.url) },
      { job: 'log-manager', address: addressOf(managerOfLog.url) },
      { job: 'kafka', address: `127.0.0.1:${kafkaPort}` },
      { job: 'cassandra', address: `127.0.0.1:${cassandraPort}` },
      { job: 'node', address: node.address },
      { job: 'alertmanager', address: alertmanager.address },
    ],
  })

  for (const port of [kafkaPort, cassandraPort]) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.ok(lines.length < mostLines, `${lines.length} lines of JMX`)
  }

  let table: string[] = []
  const ask = async () => {
    table = []
    await sendLogs('127.0.0.1', senders[0] ?? 0)
    return checkQueries(prometheus.url, (line) => table.push(line), system.hmiUrl, mayBeEmpty)
  }
  await until('every query to find data', async () => (await ask()).length > 200, 120_000)
  process.stdout.write(`${table.at(-1)}\n`)

  const failed = await fetch(`${prometheus.url}/api/v1/rules`)
  const { data } = (await failed.json()) as RulesAnswer
  const wrong = data.groups.flatMap((group) => group.rules.filter(({ health }) => health !== 'ok'))
  assert.deepEqual(wrong, [])

  const incident = () => watchdog.metric('mla_watchdog_incident', 'incident="dead-man"')
  await until('the watchdog to hear the dead-man', async () => (await incident()) === 0)
  await alertmanager.stop()
  await until('the watchdog to miss the dead-man', async () => (await incident()) === 1)
  await alertmanager.start()
  await until('the watchdog to hear it again', async () => (await incident()) === 0)
})

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly { health: string; lastError?: string }[]
    }[]
  }
}

test('the series of an expression are found, and nothing else', () => {
  const cases: [expr: string, selectors: string[]][] = [
    ['up{job!="node"} == 0', ['up{job!="node"}']],
    ['sum without (instance) (rate(a_total[5m])) > 0.05', ['a_total']],
    ['a > 2 and rate(b_total{x="y"}[5m]) > 0', ['a', 'b_total{x="y"}']],
    ['absent(up{job="a"}) or absent(up{job="b"})', ['up{job="a"}', 'up{job="b"}']],
    ['histogram_quantile(0.9, sum by (le) (rate(c_bucket[5m]))) > 1e3', ['c_bucket']],
    ['group_topic:lag:sum > 5000', ['group_topic:lag:sum']],
    ['vector(1)', []],
  ]
  for (const [expr, selectors] of cases) assert.deepEqual(selectorsOf(expr), selectors, expr)
})
