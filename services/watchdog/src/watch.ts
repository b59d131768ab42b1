import { setTimeout as delay } from 'node:timers/promises'
import { type Incident, type IncidentName, stepIncident } from './incident.ts'
import { messageOf } from './message.ts'
import type { Outbox } from './outbox.ts'
import type { Report } from './report.ts'

export interface WatchParts {
  readonly report: Report
  readonly outbox: Outbox
  /** When the newest archived sample was collected, in milliseconds; null where nobody knows. */
  readonly askNewest: () => Promise<number | null>
  readonly nowMs: () => number
  readonly rules: {
    readonly silentMs: number
    readonly staleMs: number
    readonly checkMs: number
    readonly repeatMs: number
  }
}

/** What the watchdog goes by: the signs that it had last. */
export interface Watch {
  /** The dead-man alert was heard. */
  heard(): void
  /** One look at both signs; tells what is new. */
  look(): Promise<void>
}

export function createWatch(parts: WatchParts): Watch {
  const { report, outbox, askNewest, nowMs, rules } = parts
  const began = nowMs()
  const lastGood: Record<IncidentName, number> = { 'dead-man': began, archive: began }
  const open: Record<IncidentName, Incident | null> = { 'dead-man': null, archive: null }
  const patience: Record<IncidentName, number> = {
    'dead-man': rules.silentMs,
    archive: rules.staleMs,
  }

  function judge(name: IncidentName): void {
    const now = nowMs()
    const isWrong = now - lastGood[name] > patience[name]
    const { incident, news } = stepIncident(open[name], isWrong, now, rules.repeatMs)
    open[name] = incident
    report.looked(name, isWrong)
    if (news === null) return
    const message = messageOf(name, news, lastGood[name], now)
    report.telling(message)
    outbox.add(message)
  }

  return {
    heard() {
      lastGood['dead-man'] = nowMs()
    },
    async look() {
      const newest = await askNewest()
      if (newest !== null) {
        // What was archived stays so, whoever knows of it; and a clock that is ahead proves nothing.
        lastGood.archive = Math.max(lastGood.archive, Math.min(newest, nowMs()))
        report.newest(lastGood.archive)
      }
      judge('dead-man')
      judge('archive')
      await outbox.deliver()
    },
  }
}

/** Looks at regular times until aborted. */
export async function keepLooking(
  watch: Watch,
  checkMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await watch.look()
    await delay(checkMs, undefined, { signal }).catch(() => undefined)
  }
}
