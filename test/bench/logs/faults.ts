import { execFile } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { KafkaServer } from '@mla/stack'
import type { ServiceProcess } from '../../system/service-process.ts'
import type { LogSystem } from './log-system.ts'

const runProgram = promisify(execFile)

interface Happening {
  readonly system: LogSystem
  readonly kafka: KafkaServer
  readonly collector: ServiceProcess
  readonly awayMs: number
}
interface Load {
  readonly megabytes: number
  /** Megabytes a second. */
  readonly rate: number
}
interface DataFolder extends AsyncDisposable {
  /** Where the collector keeps its spool; or why there is none. */
  readonly path: string | { readonly reason: string }
}

export interface LogFault {
  readonly name: string
  /** What the records are of. */
  readonly source: 'hosts' | 'files'
  /** Settings of the collector. */
  readonly env: Readonly<Record<string, string>>
  folder(system: LogSystem): Promise<DataFolder>
  /** Sends lines; how many of each number series there were. */
  send(system: LogSystem, load: Load): Promise<readonly number[]>
  /** Over when it resolves. */
  happen(happening: Happening): Promise<void>
}

const away = async (
  server: { stop(): Promise<void>; start(): Promise<void> },
  awayMs: number,
): Promise<void> => {
  await server.stop()
  await delay(awayMs)
  await server.start()
}

let folders = 0
async function ownFolder({ folder }: LogSystem): Promise<DataFolder> {
  const path = join(folder, `data-${folders++}`)
  mkdirSync(path)
  return { path, [Symbol.asyncDispose]: async () => {} }
}

/** A disk of 4 MB: memory, mounted. What the spool compresses fills it in some ten seconds. */
async function smallDisk({ folder }: LogSystem): Promise<DataFolder> {
  const path = join(folder, `data-${folders++}`)
  mkdirSync(path)
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path])
  } catch (error) {
    const reason = `a disk of 4 MB cannot be mounted here: ${String(error).slice(0, 100)}`
    return { path: { reason }, [Symbol.asyncDispose]: async () => {} }
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      await runProgram('umount', ['-l', path])
    },
  }
}

async function overTcp({ port }: LogSystem, { megabytes, rate }: Load): Promise<readonly number[]> {
  const sender = join(import.meta.dirname, 'sender.ts')
  const given = [port, 4, megabytes, rate].map(String)
  const { stdout } = await runProgram(process.execPath, [sender, ...given])
  return (JSON.parse(stdout) as { readonly lines: readonly number[] }).lines
}

/** A file that grows, and is rotated once on the way. */
async function intoFile(
  { inbox }: LogSystem,
  { megabytes, rate }: Load,
): Promise<readonly number[]> {
  const everyMs = 50
  let [count, bytes] = [0, 0]
  while (bytes < megabytes * 1e6) {
    const wanted = (rate * 1e6 * everyMs) / 1000
    let text = ''
    while (text.length < wanted) {
      const head = `${new Date().toISOString()} tel01 camera-server[7]: trigger rate ${count % 977} Hz`
      text += `${head} above threshold, all channels nominal seq=0:${String(count++).padStart(9, '0')}\n`
    }
    appendFileSync(join(inbox, bytes < (megabytes * 1e6) / 2 ? 'first.log' : 'second.log'), text)
    bytes += text.length
    await delay(everyMs)
  }
  return [count]
}

const usual = { source: 'hosts', env: {}, folder: ownFolder, send: overTcp } as const

export const logFaults: readonly LogFault[] = [
  {
    ...usual,
    name: 'consumer killed',
    async happen({ system: { consumer } }) {
      await consumer.kill()
      await consumer.start()
    },
  },
  {
    ...usual,
    name: 'collector killed, reading files',
    source: 'files',
    send: intoFile,
    async happen({ collector }) {
      await collector.kill()
      await collector.start()
    },
  },
  { ...usual, name: 'Kafka away', happen: ({ kafka, awayMs }) => away(kafka, awayMs) },
  {
    ...usual,
    name: 'Cassandra away',
    happen: ({ system: { cassandra }, awayMs }) => away(cassandra, awayMs),
  },
  {
    ...usual,
    name: 'Kafka away, spool full',
    env: { MLA_LOG_SPOOL_MB: '4', MLA_LOG_QUEUE_MB: '2', MLA_LOG_SPOOL_AFTER_MS: '500' },
    happen: ({ kafka, awayMs }) => away(kafka, awayMs),
  },
  {
    ...usual,
    name: 'Kafka away, disk full',
    env: { MLA_LOG_QUEUE_MB: '4', MLA_LOG_SPOOL_AFTER_MS: '500' },
    folder: smallDisk,
    happen: ({ kafka, awayMs }) => away(kafka, awayMs),
  },
]
