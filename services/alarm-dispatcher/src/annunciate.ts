import { setTimeout as delay } from 'node:timers/promises'
import { escalatedSince, parseAlarm } from '@mla/alarm'
import { formatTime, type Micros, microsPerSecond, type WireIasio } from '@mla/model'
import type { Alertmanager } from './alertmanager.ts'
import { type Alert, alarmOfSilence, alertOf, escalatedAlert, silenceOf } from './alerts.ts'
import type { MakingOf } from './makings.ts'

export interface AnnunciateParts {
  readonly alertmanager: Alertmanager
  readonly makingOf: MakingOf
  readonly publicUrl: string
  readonly everyMs: number
  readonly now: () => Micros
  sent(alerts: number): void
  escalated(alarm: string): void
  failed(error: unknown): void
}

/** What changes is told within so long. */
const promptMs = 200
/** A cleared alert is sent for so long: one message may have been lost. */
const repeatClearedMicros = 300 * microsPerSecond

interface Shown {
  wire: WireIasio
  alert: Alert
  /** Null while it is set. */
  clearedAt: Micros | null
}

export type Annunciator = ReturnType<typeof createAnnunciator>

/**
 * Keeps Alertmanager in the picture: what is set is sent again and again, what has cleared is ended
 * and sent so for five minutes, a shelf is a silence. An alarm that becomes more urgent is another
 * alert, and the one before it ends. One that waits too long to be acknowledged is a second alert beside the
 * first, for other people.
 */
export function createAnnunciator(parts: AnnunciateParts) {
  const { alertmanager, now, everyMs, makingOf } = parts
  const shown = new Map<string, Shown>()
  /** Ended since their labels changed: the identity of an alert is its labels. */
  let replaced: { readonly alert: Alert; readonly at: Micros }[] = []
  /** What waits too long to be acknowledged, as it was last sent. */
  const escalated = new Map<string, Alert>()
  const shelves = new Map<string, WireIasio>()
  let isChanged = false
  let areShelvesChanged = true

  function alertFor(wire: WireIasio, endsAt: Micros): Alert | null {
    const making = makingOf(wire.id)
    if (!making) return null
    const { supervisor, description, options } = making
    const { publicUrl } = parts
    const { guidance } = options
    return alertOf(wire, endsAt, { supervisor, description, guidance, publicUrl })
  }

  function take(wire: WireIasio, before: WireIasio | null): void {
    const alarm = wire.value === null ? null : parseAlarm(wire.value)
    if (alarm === null) return
    const time = now()
    const known = shown.get(wire.id)
    const isOut = wire.annunciation === 'OUT_OF_SERVICE' || wire.annunciation === 'SUPPRESSED'
    if (alarm.isSet && !isOut) {
      const alert = alertFor(wire, time)
      if (alert) {
        if (known && known.clearedAt === null && !sameLabels(known.alert, alert)) {
          replaced.push({ alert: known.alert, at: time })
        }
        shown.set(wire.id, { wire, alert, clearedAt: null })
      }
    } else if (known && known.clearedAt === null) {
      shown.set(wire.id, { wire, alert: known.alert, clearedAt: time })
    }
    const shelfBefore = before?.shelf ?? shelves.get(wire.id)?.shelf ?? null
    if (wire.shelf?.time !== shelfBefore?.time || wire.shelf?.until !== shelfBefore?.until) {
      areShelvesChanged = true
    }
    if (wire.shelf) shelves.set(wire.id, wire)
    else shelves.delete(wire.id)
    isChanged = true
  }

  function forgetOld(time: Micros): void {
    for (const [id, { wire, alert, clearedAt }] of shown) {
      // The configuration no longer has it: it ends as if it had cleared.
      if (clearedAt === null && makingOf(id) === null) {
        shown.set(id, { wire, alert, clearedAt: time })
      } else if (clearedAt !== null && time - clearedAt > repeatClearedMicros) shown.delete(id)
    }
    replaced = replaced.filter(({ at }) => time - at <= repeatClearedMicros)
  }

  function alerts(time: Micros): readonly Alert[] {
    forgetOld(time)
    const lives = time + 4 * everyMs * 1000
    const waiting = escalations(time, lives)
    const ended = replaced.map(({ alert, at }) => ({ ...alert, endsAt: formatTime(at) }))
    const all = [...shown.values()].flatMap(({ wire, alert, clearedAt }) =>
      clearedAt === null
        ? (alertFor(wire, lives) ?? [])
        : { ...alert, endsAt: formatTime(clearedAt) },
    )
    return [...ended, ...all, ...waiting]
  }

  function escalations(time: Micros, lives: Micros): readonly Alert[] {
    const now = new Map<string, Alert>()
    for (const [id, { wire, clearedAt }] of shown) {
      const since = escalatedSince(wire, makingOf(id)?.options.escalateAfter ?? null, time)
      const alert = clearedAt === null && since !== null ? alertFor(wire, lives) : null
      if (since !== null && alert) now.set(id, escalatedAlert(alert, since))
    }
    for (const [id, alert] of escalated) {
      const next = now.get(id)
      if (!next || !sameLabels(alert, next)) replaced.push({ alert, at: time })
    }
    for (const id of now.keys()) if (!escalated.has(id)) parts.escalated(id)
    escalated.clear()
    for (const [id, alert] of now) escalated.set(id, alert)
    return [...now.values()]
  }

  /** Makes the silences those that the shelves ask for. */
  async function silence(time: Micros): Promise<void> {
    const known = new Map<string, { readonly id: string; readonly endsAt: string }>()
    for (const one of await alertmanager.silences()) {
      const alarm = alarmOfSilence(one)
      if (alarm === null || one.status.state === 'expired') continue
      const wire = shelves.get(alarm)
      // Only of alarms that are known here: another dispatcher has the others.
      if (!wire && !shown.has(alarm) && !heard.has(alarm)) continue
      const wanted = wire && silenceOf(wire, time)
      const isSame = wanted && Date.parse(wanted.endsAt) === Date.parse(one.endsAt)
      if (isSame && !known.has(alarm)) known.set(alarm, one)
      else await alertmanager.endSilence(one.id)
    }
    for (const [id, wire] of shelves) {
      const wanted = known.has(id) ? null : silenceOf(wire, time)
      if (wanted) await alertmanager.silence(wanted)
    }
  }
  const heard = new Set<string>()

  return {
    take(wire: WireIasio, before: WireIasio | null): void {
      heard.add(wire.id)
      take(wire, before)
    },
    /** Another process has the alarms now, or all of them will come again. */
    forget(): void {
      shown.clear()
      escalated.clear()
      shelves.clear()
      heard.clear()
      replaced = []
    },
    async run(signal: AbortSignal): Promise<void> {
      let sentAt = -everyMs
      while (!signal.aborted) {
        const isTime = performance.now() - sentAt >= everyMs
        if (isTime || isChanged) {
          isChanged = false
          sentAt = performance.now()
          try {
            const all = alerts(now())
            if (all.length > 0) await alertmanager.send(all)
            parts.sent(all.length)
            if (areShelvesChanged || isTime) {
              areShelvesChanged = false
              await silence(now())
            }
          } catch (error) {
            areShelvesChanged = true
            if (!signal.aborted) parts.failed(error)
          }
        }
        const waitMs = isChanged ? promptMs : Math.min(1_000, everyMs)
        await delay(waitMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

const sameLabels = (a: Alert, b: Alert): boolean =>
  JSON.stringify(a.labels) === JSON.stringify(b.labels)
