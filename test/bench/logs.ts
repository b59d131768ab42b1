/** Log records from TCP to the archive, and from TCP to Kafka beside rsyslog, on the same lines. */
import { parseArgs } from 'node:util'
import { startKafka } from '@mla/stack'
import { runRace } from './logs/race.ts'
import { runSteady } from './logs/steady.ts'

export const description =
  'logs [--seconds 60] [--rate 25] [--fastest 0] [--megabytes 800] [--connections 4] [--zstd]: syslog over TCP to the archive, steadily, then as fast as it goes; then to Kafka beside rsyslog (--zstd: which compresses, too). 0 seconds or megabytes: not at all'

const options = {
  seconds: { type: 'string', default: '60' },
  rate: { type: 'string', default: '25' },
  fastest: { type: 'string', default: '0' },
  megabytes: { type: 'string', default: '800' },
  connections: { type: 'string', default: '4' },
  zstd: { type: 'boolean', default: false },
} as const

export async function run(
  args: readonly string[],
): Promise<readonly Record<string, number | string>[]> {
  const { values } = parseArgs({ args: [...args], options })
  const { megabytes, zstd } = values
  const connections = Number(values.connections)
  const rows: Record<string, number | string>[] = []
  const seconds = Number(values.seconds)
  if (seconds > 0) {
    await using kafka = await startKafka()
    rows.push(await runSteady(kafka, { seconds, rate: Number(values.rate), connections }))
  }
  if (Number(values.fastest) > 0) {
    await using kafka = await startKafka()
    rows.push(await runSteady(kafka, { seconds: Number(values.fastest), rate: 0, connections }))
  }
  if (Number(megabytes) > 0) {
    await using kafka = await startKafka()
    const race = { megabytes, zstd, rate: '0', connections: values.connections }
    rows.push(...(await runRace(kafka, race)))
  }
  return rows
}
