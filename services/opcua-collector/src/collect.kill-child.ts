import { createHealth, createMetrics, createRegistry, silentLog } from '@mla/kit'
import { MlaError } from '@mla/model'
import { runCollector } from './collect.ts'
import { cdbOf, cdbStream, fakeLinks, point, source, value } from './collector.fake-link.ts'
import { collectorEnv, settingsOf } from './config.ts'

// A collector that counts up without a bus, to be killed: tells its parent how much is on disk.
const cdb = cdbStream()
cdb.push(cdbOf('a', [source('Tel01')], [point('Tel01/A')]))
const { openLink, nth } = fakeLinks()
const running = runCollector(
  {
    bus: {
      createTopics: async () => undefined,
      publish: async () => {
        throw new MlaError('BUS_UNAVAILABLE', 'there is none')
      },
    },
    cdb,
    openLink,
    settings: settingsOf(collectorEnv.parse({ MLA_DATA: process.argv[2] }), 'test'),
    onStart: (figures) => setInterval(() => process.send?.(figures().spoolBytes), 20),
  },
  {
    name: 'opcua-collector',
    instance: 'test',
    log: silentLog,
    metrics: createMetrics('opcua-collector', createRegistry()),
    health: createHealth(),
    signal: new AbortController().signal,
  },
)
const { events } = await nth(1)
let count = 0
setInterval(() => {
  const time = Date.now() * 1000
  events.values([value('Tel01/A', { value: count++, sourceTime: time, serverTime: null })], time)
}, 2)
await running
