/** OPC-UA to the archive over real servers: what is lost, what is doubled, what it costs. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startCassandra, startKafka } from '@mla/stack'
import { createSystem, type System, until } from '../system/system.ts'
import { beginFault, compare, readTruth } from '../system/truth.ts'

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

  const result = await settle(system, began)
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

/** Lets everything that was made arrive, stops the services in order and compares. */
export async function settle(system: System, began: number): Promise<Record<string, unknown>> {
  const { simulatorControl, collector, dispatcher, hmi } = system
  await beginFault(simulatorControl, { kind: 'silence', match: '**', durationS: 3600 })
  await until('the simulator to hand out all that it queued', async () => {
    const { queued, repeated, published, discarded } = await readTruth(simulatorControl, 'nothing')
    return published + discarded >= queued + repeated
  })
  const truth = await readTruth(simulatorControl)
  await collector.stop()
  let [received, looksAlike] = [0, 0]
  await until('the dispatcher to read all', async () => {
    const now = await dispatcher.metric('mla_records_received_total')
    looksAlike = now === received ? looksAlike + 1 : 0
    received = now
    // The lag is as of the last batch, so it says little before that batch has come.
    return looksAlike >= 10 && (await dispatcher.metric('mla_bus_lag_messages')) === 0
  })
  await dispatcher.stop()
  await hmi.stop()
  await using archive = await system.openArchive()
  const { examples, ...comparison } = await compare(archive, truth, began - 60e6, Date.now() * 1000)
  for (const example of examples) process.stdout.write(`${example}\n`)
  return comparison
}
