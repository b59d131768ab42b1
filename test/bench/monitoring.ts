/** OPC-UA to the archive over real servers: what is lost, what is doubled, what it costs. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startCassandra, startKafka } from '@mla/stack'
import { settle } from '../system/settle.ts'
import { createSystem } from '../system/system.ts'
import { readTruth } from '../system/truth.ts'

export const description =
  'monitoring [--minutes 10] [--cdb cdb] [--cut 300]: simulator to Cassandra, compared per point'

export async function run(args: readonly string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      cdb: { type: 'string', default: 'cdb' },
      cut: { type: 'string', default: '300' },
    },
  })
  await using kafka = await startKafka()
  await using cassandra = await startCassandra()
  const settings = { kafka, cassandra, cdbFolder: values.cdb, cutSeconds: Number(values.cut) }
  await using system = await createSystem(settings)
  const { simulator, collector, dispatcher, hmi } = system
  const began = Date.now() * 1000
  for (const service of [simulator, dispatcher, hmi, collector]) await service.start()

  const before = await readTruth(system.simulatorControl, 'nothing')
  const services = [collector, dispatcher, hmi]
  const spent = services.map((service) => service.cpuSeconds())
  const simulated = simulator.cpuSeconds()
  const seconds = Number(values.minutes) * 60
  await delay(seconds * 1000)
  const after = await readTruth(system.simulatorControl, 'nothing')
  const cores = services.map((service, i) => (service.cpuSeconds() - (spent[i] ?? 0)) / seconds)
  const simulatorCores = (simulator.cpuSeconds() - simulated) / seconds
  const megabytes = services.map((service) => service.peakMegabytes())

  const { examples, ...result } = await settle(system, began)
  for (const example of examples) process.stdout.write(`${example}\n`)
  return {
    minutes: Number(values.minutes),
    values_per_s: (after.queued - before.queued) / seconds,
    ...result,
    cores_collector: cores[0],
    cores_dispatcher: cores[1],
    cores_hmi: cores[2],
    cores_together: cores.reduce((a, b) => a + b),
    cores_simulator: simulatorCores,
    mb_collector: megabytes[0],
    mb_dispatcher: megabytes[1],
    mb_hmi: megabytes[2],
  }
}
