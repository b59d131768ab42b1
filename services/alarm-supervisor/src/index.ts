import { setTimeout as delay } from 'node:timers/promises'
import { type Bus, mlaCommands } from '@mla/bus'
import type { Cdb, LoadResult } from '@mla/cdb'
import { describeProblems } from '@mla/cdb'
import { type Life, retry } from '@mla/kit'
import { type SupervisorSettings, supervisorEnv } from './config.ts'
import { createReport, type Report } from './report.ts'
import { supervise } from './supervise.ts'

export interface SupervisorParts {
  readonly bus: Bus
  /** The configuration in force, as it changes. */
  readonly cdb: AsyncIterable<LoadResult>
  readonly settings?: SupervisorSettings
}

/**
 * Runs the DASUs of its supervisors until the life ends, in one process at a time: the bus gives
 * the one partition of `mla.commands` to one member of the group, and to another when that is gone.
 */
export async function runSupervisor(parts: SupervisorParts, life: Life): Promise<void> {
  const { bus, settings = supervisorEnv.parse({}) } = parts
  const { signal, health } = life
  const report = createReport(life)
  health.set(life.name, 'waiting for a configuration')
  let inForce: Cdb | null = null
  const first = Promise.withResolvers<void>()
  const configuring = follow(parts.cdb, life, (cdb) => {
    inForce = cdb
    first.resolve()
  })
  signal.addEventListener('abort', () => first.resolve(), { once: true })
  await Promise.race([first.promise, configuring])
  if (signal.aborted) return
  health.set(life.name, 'waiting for its turn')
  const component = life.instance.replace(/:\d+$/, '')
  const serving = { bus, settings, report, component, configuration: () => inForce }
  const group = ['alarm-supervisor', ...settings.MLA_SUPERVISORS].join('.')
  await whileElected(bus, group, signal, report, (during) => supervise(serving, during))
}

/** Works while this process is the one that the bus has given the partition to. */
async function whileElected(
  bus: Bus,
  group: string,
  signal: AbortSignal,
  report: Report,
  work: (during: AbortSignal) => Promise<void>,
): Promise<void> {
  let term: AbortController | null = null
  let running: Promise<void> = Promise.resolve()
  const end = (): void => {
    term?.abort()
    term = null
  }
  const serve = async (during: AbortSignal): Promise<void> => {
    while (!during.aborted) {
      const failed = (error: unknown) =>
        report.failed(error, 'the alarms stand still; trying again')
      await retry(() => work(during), during, failed).catch(failed)
      await delay(1_000, undefined, { signal: during }).catch(() => undefined)
    }
  }
  const consumer = bus.consume(mlaCommands, group, signal)
  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'batch') {
        await consumer.commit([delivery.next], delivery.assignment).catch(() => false)
        continue
      }
      const isHeld = delivery.partitions.length > 0
      // Who stands by is as ready as who runs them.
      report.active(isHeld)
      if (isHeld === (term !== null)) continue
      end()
      if (!isHeld) continue
      term = new AbortController()
      const during = AbortSignal.any([term.signal, signal])
      running = running.then(() => serve(during))
    }
  } finally {
    end()
    await running
  }
}

async function follow(
  versions: AsyncIterable<LoadResult>,
  { log, signal }: Life,
  take: (cdb: Cdb) => void,
): Promise<void> {
  try {
    for await (const result of versions) {
      if (result.ok) take(result.cdb)
      else log.error({}, `configuration refused:\n${describeProblems(result.problems)}`)
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'the configuration is not followed')
  }
}

export { type SupervisorSettings, supervisorEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
