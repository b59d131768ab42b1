import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bus, mlaCommands, mlaDesired, mlaHeartbeats, mlaReplies, type Topic } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import { createHealth, createMetrics, type Health, type Life, silentLog } from '@mla/kit'
import { type Command, type CommandReply, type Heartbeat, microsOfMillis } from '@mla/model'
import { type ComponentParts, runComponent } from './component.ts'

/** A component on a bus, with work that does nothing but be there, and all it says. */
export interface Fixture extends AsyncDisposable {
  readonly life: Life
  readonly heartbeats: readonly Heartbeat[]
  readonly replies: readonly CommandReply[]
  /** What the work went through: `begun`, `drained`, and versions of the configuration. */
  readonly told: readonly string[]
  /** Resolves with the first heartbeat, also of those that came before, that is so. */
  beat(isSo: (heartbeat: Heartbeat) => boolean): Promise<Heartbeat>
  reply(id: string): Promise<CommandReply>
  send(command: Partial<Command>): Promise<string>
  /** When it ends; rejects where it fails. */
  readonly ended: Promise<void>
  /** Ends it as SIGTERM does. */
  end(): Promise<void>
}

export interface FixtureSettings {
  readonly bus: Bus
  readonly folder: string
  readonly name?: string
  readonly cdb?: ComponentParts['cdb']
  readonly more?: Partial<ComponentParts>
  /** Of the process: what the bus says of itself is in it. */
  readonly health?: Health
}

export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'mla-control-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

async function* noConfiguration(): AsyncIterable<LoadResult> {}

let commands = 0

export function openComponent({
  bus,
  folder,
  name = 'mon-dispatcher',
  cdb = noConfiguration,
  more = {},
  health = createHealth(),
}: FixtureSettings): Fixture {
  const stop = new AbortController()
  const watching = new AbortController()
  const told: string[] = []
  const life: Life = {
    ...{ name, instance: `${name}@test:${process.pid}`, log: { ...silentLog, level: 'info' } },
    ...{ metrics: createMetrics(name), health, signal: stop.signal },
  }
  const running = runComponent(
    {
      ...{ bus, life, subsystem: 'mon', cdb },
      settings: { MLA_DATA: folder, MLA_HEARTBEAT_MS: 100 },
      ...more,
    },
    async ({ life: { health, signal, name: part }, cdb: versions }) => {
      told.push('begun')
      health.set(part, null)
      const follow = async () => {
        for await (const one of versions) told.push(one.ok ? one.cdb.version : 'refused')
      }
      await Promise.all([follow(), aborted(signal)])
      told.push('drained')
    },
  )
  running.catch(() => undefined)
  const heartbeats = gather(bus, mlaHeartbeats, watching.signal)
  const replies = gather(bus, mlaReplies, watching.signal)

  return {
    ...{ life, told, heartbeats: heartbeats.all, replies: replies.all },
    ended: running,
    beat: heartbeats.first,
    reply: (id) => replies.first((one) => one.id === id),
    async send(command) {
      const id = command.id ?? `${process.pid}-${++commands}`
      const record: Command = {
        ...{ id, time: microsOfMillis(Date.now()), target: name, command: 'PING', params: [] },
        ...{ by: 'anna', term: null, ...command },
      }
      await bus.publish(mlaCommands, [{ key: record.target, record }])
      return id
    },
    async end() {
      stop.abort('SIGTERM')
      await running
    },
    async [Symbol.asyncDispose]() {
      stop.abort('SIGTERM')
      await running.catch(() => undefined)
      watching.abort()
    },
  }
}

function gather<T>(bus: Bus, topic: Topic<T>, signal: AbortSignal) {
  const all: T[] = []
  const waiting = new Set<() => void>()
  const read = async () => {
    for await (const one of bus.follow(topic, 0, signal)) {
      if (one.kind === 'batch') all.push(...one.messages.map(({ record }) => record))
      for (const look of [...waiting]) look()
    }
  }
  read().catch(() => undefined)
  const first = (isSo: (record: T) => boolean): Promise<T> =>
    new Promise((resolve) => {
      const look = () => {
        const found = all.find(isSo)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { all, first }
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

export const controlTopics = [mlaCommands, mlaReplies, mlaHeartbeats, mlaDesired]
