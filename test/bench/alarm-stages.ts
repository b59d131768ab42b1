/** Where a sample's time goes on its way to an alarm, by the stamps that IASIOs carry. */
import { cpus } from 'node:os'
import { alarmBsdb, type Bus } from '@mla/bus'
import type { Micros, WireIasio } from '@mla/model'
import type { Figures } from './run.ts'

/** From when a sample was made to each of these, in milliseconds. */
const stages: Readonly<Record<string, (wire: WireIasio) => Micros | null>> = {
  plugin: ({ sentToConverter }) => sentToConverter,
  converter: ({ receivedFromPlugin }) => receivedFromPlugin,
  bsdb: ({ sentToBsdb }) => sentToBsdb,
}

export interface Stages {
  /** Forgets what it has seen. */
  begin(): void
  figures(): Figures
}

/** Follows the BSDB beside the operator, which costs the machine some more. */
export function followStages(bus: Pick<Bus, 'follow'>, signal: AbortSignal): Stages {
  const seen = new Map(Object.keys(stages).map((name) => [name, [] as number[]]))
  const read: number[] = []
  /** From the log's time of what set or cleared an alarm to when the supervisor sent it. */
  const behind: number[] = []
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(alarmBsdb, Date.now() * 1000, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) {
        for (const wire of record.values) {
          const { production, sentToBsdb, isChange } = wire
          if (wire.type === 'ALARM' && isChange && production !== null && sentToBsdb !== null) {
            behind.push((sentToBsdb - production) / 1000)
          }
          const from = wire.type === 'ALARM' ? null : wire.readFromMonitoredSystem
          if (from === null) continue
          for (const [name, stampOf] of Object.entries(stages)) {
            const stamp = stampOf(wire)
            if (stamp !== null) seen.get(name)?.push((stamp - from) / 1000)
          }
          read.push(Date.now() - from / 1000)
        }
      }
    }
  }
  follow().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    begin() {
      for (const list of [...seen.values(), read, behind]) list.length = 0
    },
    figures: () =>
      Object.fromEntries(
        [
          ...[...seen].map(([name, list]) => [`to_${name}`, list] as const),
          ...[['to_read', read] as const, ['supervisor_behind', behind] as const],
        ].flatMap(([name, list]) => {
          const sorted = list.toSorted((a, b) => a - b)
          const at = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? 0)
          return [
            [`${name}_p50_ms`, at(0.5)],
            [`${name}_p99_ms`, at(0.99)],
          ]
        }),
      ),
  }
}

/** Processor time of the whole machine that is spent since 1970 or so, in seconds; without idling. */
export const machineSeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.nice + times.irq, 0) / 1000
