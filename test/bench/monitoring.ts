/** OPC-UA to the archive over real servers: what is lost, what is doubled, what it costs. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startCassandra, startKafka } from '@mla/stack'
import { rateCdb } from '../system/rate-cdb.ts'
import { settle } from '../system/settle.ts'
import { createSystem } from '../system/system.ts'
import { readTruth } from '../system/truth.ts'

export const description =
  'monitoring [--minutes 10] [--cdb cdb | --rates 20000,40000,…] [--cut 300]: simulator to Cassandra, compared per point; with rates, the highest that loses nothing'

interface Run {
  readonly minutes: number
  readonly cdbFolder: string
  readonly cutSeconds: number
}

type Row = Record<string, number>

export async function run(args: readonly string[]): Promise<Row | readonly Row[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '10' },
      cdb: { type: 'string', default: 'cdb' },
      rates: { type: 'string' },
      cut: { type: 'string', default: '300' },
    },
  })
  const given = { minutes: Number(values.minutes), cutSeconds: Number(values.cut) }
  if (values.rates === undefined) return measure({ ...given, cdbFolder: values.cdb })
  const rows: Row[] = []
  for (const rate of values.rates.split(',').map(Number)) {
    using cdb = rateCdb(rate)
    const row = { wanted_per_s: rate, ...(await measure({ ...given, cdbFolder: cdb.folder })) }
    rows.push(row)
    process.stdout.write(`${JSON.stringify(row)}\n`)
  }
  // Where the simulator did not make what was wanted, it and not the system was measured.
  const lossFree = rows.filter((row) => row['missing'] === 0 && row['doubled'] === 0)
  const highest = Math.max(0, ...lossFree.map((row) => row['values_per_s'] ?? 0))
  process.stdout.write(`highest rate without loss: ${Math.round(highest)} values/s\n`)
  return rows
}

async function measure({ minutes, cdbFolder, cutSeconds }: Run): Promise<Row> {
  await using kafka = await startKafka()
  await using cassandra = await startCassandra()
  await using system = await createSystem({ kafka, cassandra, cdbFolder, cutSeconds })
  const { simulator, collector, dispatcher, hmi } = system
  const began = Date.now() * 1000
  for (const service of [simulator, dispatcher, hmi, collector]) await service.start()

  const before = await readTruth(system.simulatorControl, 'nothing')
  const services = [collector, dispatcher, hmi]
  const spent = services.map((service) => service.cpuSeconds())
  const simulated = simulator.cpuSeconds()
  const seconds = minutes * 60
  await delay(seconds * 1000)
  const after = await readTruth(system.simulatorControl, 'nothing')
  const cores = services.map((service, i) => (service.cpuSeconds() - (spent[i] ?? 0)) / seconds)
  const simulatorCores = (simulator.cpuSeconds() - simulated) / seconds
  const megabytes = services.map((service) => service.peakMegabytes())

  const { examples, ...result } = await settle(system, began)
  for (const example of examples) process.stdout.write(`${example}\n`)
  return {
    minutes,
    values_per_s: (after.queued - before.queued) / seconds,
    ...result,
    cores_collector: cores[0] ?? 0,
    cores_dispatcher: cores[1] ?? 0,
    cores_hmi: cores[2] ?? 0,
    cores_together: cores.reduce((a, b) => a + b),
    cores_simulator: simulatorCores,
    mb_collector: megabytes[0] ?? 0,
    mb_dispatcher: megabytes[1] ?? 0,
    mb_hmi: megabytes[2] ?? 0,
  }
}
