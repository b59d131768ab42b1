/** Log records in the archive: what they take on disk, and how fast they are searched. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Archive, LogFilter, LogSearchFigures } from '@mla/archive'
import { LogBatchWriter, type LogRecord, type Micros, microsPerSecond } from '@mla/model'
import { seeded } from '../system/seeded.ts'
import { inCassandra, inDuckdb } from './logs/archives.ts'
import { messageOf } from './logs/messages.ts'

export const description =
  'logs-search [--megabytes 400] [--seconds 3600] [--cassandra]: an archive of logs written and searched, per GB of raw log'

const options = {
  megabytes: { type: 'string', default: '400' },
  seconds: { type: 'string', default: '3600' },
  cassandra: { type: 'boolean', default: false },
} as const

const partitions = 4
const batchRecords = 2_000
const start = Date.UTC(2026, 10, 20, 10) * 1000
const needle = 'the elevation encoder of Tel07 jumped, ticket 918273645'

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({ args: [...args], options })
  const folder = mkdtempSync(join(tmpdir(), 'mla-bench-logs-'))
  try {
    await using opened = values.cassandra ? await inCassandra() : await inDuckdb(folder)
    const seconds = Number(values.seconds)
    const written = await write(opened.archive, Number(values.megabytes) * 1e6, seconds)
    const searched = await searchAll(opened.archive, written.raw, seconds)
    const diskRatio = round(written.raw / (await opened.bytesOnDisk()))
    return { ...written, diskRatio, ...searched }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As many records as lines of syslog would come to so many bytes, over so many seconds. */
async function write(archive: Archive, wantedBytes: number, seconds: number) {
  const random = seeded(1)
  const writer = archive.logs.openWriter()
  const batches = new LogBatchWriter()
  let [raw, records, cpuMs, sequence] = [0, 0, 0, 0]
  while (raw < wantedBytes) {
    const time = start + (raw / wantedBytes) * seconds * microsPerSecond
    for (let i = 0; i < batchRecords; i++) {
      const record = recordOf(time + i * 10, random, records++)
      raw += lineSize(record)
      batches.addRecord(record)
    }
    const partition = sequence % partitions
    const lane = `hosts.${partition}`
    const { bytes } = batches.seal({ collector: 'bench', epoch: start, sequence, lane })
    const began = process.cpuUsage()
    await writer.append(partition, [{ offset: sequence++, appendTime: Math.floor(time), bytes }])
    cpuMs += cpuSince(began)
  }
  const began = process.cpuUsage()
  await writer.flush()
  cpuMs += cpuSince(began)
  return {
    ...{ raw, records, bytesARecord: round(raw / records) },
    writtenMegabytesACpuSecond: round(raw / 1e3 / cpuMs),
  }
}

const hosts = Array.from({ length: 40 }, (_, i) => `pi-${i}`)

function recordOf(time: Micros, random: () => number, number: number): LogRecord {
  const { process, priority, message } = messageOf(random)
  const host = hosts[Math.floor(random() * hosts.length)] ?? ''
  return {
    ...{ time: Math.floor(time), receivedTime: Math.floor(time + 800 * random()), priority },
    ...{ source: `hosts/${host}`, host, process, thread: null, file: null, line: null },
    ...{ routine: null, audience: null, raw: null, id: null },
    message: number === 123_456 ? needle : message,
    fields: [{ name: 'pid', value: 1000 + Math.floor(random() * 3000) }],
  }
}

/** Of the line "<134>1 2026-11-20T10:00:00.000000Z host process pid - - message". */
const lineSize = ({ host, process, message }: LogRecord): number =>
  48 + (host?.length ?? 0) + (process?.length ?? 0) + Buffer.byteLength(message)

const searches: readonly [name: string, filter: LogFilter][] = [
  ['rareWord', { text: 'elevation encoder' }],
  ['rareNumber', { text: '918273645' }],
  ['rareRegex', { regex: 'ticket \\d{9}$' }],
  ['nowhere', { text: 'segmentation fault' }],
  ['scanAll', { text: 'zq' }],
  ['scanAllRegex', { regex: '[q-z]{9}\\d' }],
  ['sourceAndPriority', { sources: ['hosts/pi-7'], minPriority: 'ALERT' }],
]

async function searchAll(archive: Archive, raw: number, seconds: number) {
  const figures: Record<string, number> = {}
  const range = { from: start, to: start + (seconds + 60) * microsPerSecond }
  for (const [name, filter] of searches) {
    let looked: LogSearchFigures = { blocks: 0, opened: 0, messageBytes: 0 }
    let found = 0
    const began = performance.now()
    const search = archive.logs.search({
      ...{ ...range, filter, order: 'newest' as const },
      looked(all) {
        looked = all
      },
    })
    for await (const page of search) found += page.length
    const tookMs = performance.now() - began
    figures[`${name}Ms`] = round(tookMs)
    figures[`${name}GigabytesASecond`] = round(raw / 1e6 / tookMs)
    figures[`${name}Opened`] = round(looked.opened / Math.max(1, looked.blocks))
    figures[`${name}Found`] = found
  }
  const began = performance.now()
  await archive.logs.histogram({ ...range, filter: {} }, 60 * microsPerSecond)
  figures['histogramMs'] = round(performance.now() - began)
  return figures
}

const cpuSince = (began: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}
const round = (value: number): number => Math.round(value * 100) / 100
