import { runSupervisor, supervisorEnv } from '@mla/alarm-supervisor'
import type { MemoryBus } from '@mla/bus/memory'
import type { LoadResult } from '@mla/cdb'
import { createHealth, createMetrics, type Life, silentLog } from '@mla/kit'

export interface KillableSupervisor {
  /** As SIGKILL does: what it was about to publish is there in part, or not; then nothing more. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** A supervisor on the bus in memory; which part of a last publish is there, `random` says. */
export function startSupervisor(
  bus: MemoryBus,
  cdb: LoadResult,
  random: () => number,
): KillableSupervisor {
  const ending = new AbortController()
  const { signal } = ending
  let isDying = false
  let isDead = false
  let die = () => {}
  const dead = new Promise<void>((resolve) => {
    die = () => {
      isDead = true
      resolve()
      ending.abort()
    }
  })
  const own: MemoryBus = {
    ...bus,
    async publish(topic, records) {
      if (isDead) return new Promise<never>(() => {})
      if (!isDying) return bus.publish(topic, records)
      const part = records.slice(0, Math.floor(random() * (records.length + 1)))
      if (part.length > 0) await bus.publish(topic, part)
      die()
      return new Promise<never>(() => {})
    },
  }
  const life: Life = {
    ...{ name: 'alarm-supervisor', instance: 'alarm-supervisor@test:1', log: silentLog, signal },
    ...{ metrics: createMetrics('alarm-supervisor'), health: createHealth() },
  }
  const settings = supervisorEnv.parse({ MLA_ALARM_SNAPSHOT_SECONDS: '0.2' })
  const running = runSupervisor({ bus: own, cdb: only(cdb, signal), settings }, life)
  running.catch(() => undefined)
  return {
    async kill() {
      isDying = true
      await dead
    },
    async stop() {
      ending.abort()
      await running
    },
  }
}

async function* only(one: LoadResult, signal: AbortSignal): AsyncGenerator<LoadResult, void> {
  yield one
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
