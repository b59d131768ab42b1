import { parseAlarm, splitInstance } from '@mla/alarm'
import type { IasioDescription } from '@mla/cdb'
import { formatTime, type Micros, type WireIasio } from '@mla/model'

/** An alert as Alertmanager's API v2 takes it. Its labels are its identity. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

/** Says of an alert, and of a silence, that it is ours. */
export const ourSource = 'mla-alarms'

const severities: Readonly<Record<string, string>> = {
  CRITICAL: 'critical',
  HIGH: 'critical',
  MEDIUM: 'warning',
  LOW: 'info',
}

/** What never changes while the alarm is set: everything else would make it another alert. */
export function labelsOf(id: string, priority: string, supervisor: string): Alert['labels'] {
  const { base, instance } = splitInstance(id)
  return {
    alertname: base,
    ...(instance === null ? {} : { instance: String(instance) }),
    priority,
    severity: severities[priority] ?? 'warning',
    system: supervisor,
    source: ourSource,
  }
}

export interface AlertParts {
  readonly supervisor: string
  readonly description: IasioDescription | null
  readonly guidance: string | null
  readonly publicUrl: string
}

/** The alert of an alarm; `endsAt` in the past ends it. Null for what is no alarm. */
export function alertOf(wire: WireIasio, endsAt: Micros, parts: AlertParts): Alert | null {
  const alarm = wire.value === null ? null : parseAlarm(wire.value)
  if (alarm === null) return null
  const { description, guidance, supervisor, publicUrl } = parts
  const said: Record<string, string | null> = {
    summary: description?.description ?? wire.id,
    state: alarm.state,
    validity: wire.validity,
    mode: wire.mode,
    annunciation: wire.annunciation,
    value: wire.properties['actualValue'] ?? null,
    causes: wire.properties['IdsOfAlarmsSet'] ?? null,
    acknowledged_by: wire.acknowledgement?.user ?? null,
    comment: wire.acknowledgement?.text ?? null,
    guidance,
    runbook_url: description?.url ?? null,
  }
  return {
    labels: labelsOf(wire.id, alarm.priority, supervisor),
    annotations: Object.fromEntries(
      Object.entries(said).flatMap(([name, text]) => (text ? [[name, text]] : [])),
    ),
    startsAt: formatTime(wire.setSince ?? wire.since ?? wire.production ?? endsAt),
    endsAt: formatTime(endsAt),
    generatorURL: `${publicUrl}/alarms?id=${encodeURIComponent(wire.id)}`,
  }
}

/** The second alert of an alarm that nobody acknowledged in time. */
export const escalatedAlert = (alert: Alert, since: Micros): Alert => ({
  ...alert,
  labels: { ...alert.labels, escalated: 'true' },
  annotations: { ...alert.annotations, escalated_since: formatTime(since) },
  startsAt: formatTime(since),
})

/** A silence as the API takes it: of one alarm, whatever its priority. */
export interface Silence {
  readonly matchers: readonly {
    readonly name: string
    readonly value: string
    readonly isRegex: false
    readonly isEqual: true
  }[]
  readonly startsAt: string
  readonly endsAt: string
  readonly createdBy: string
  readonly comment: string
}

export function silenceOf({ id, shelf }: WireIasio, now: Micros): Silence | null {
  if (shelf === null || shelf.until === null || shelf.until <= now) return null
  const { base, instance } = splitInstance(id)
  const matcher = (name: string, value: string) =>
    ({ name, value, isRegex: false, isEqual: true }) as const
  return {
    matchers: [
      matcher('alertname', base),
      matcher('instance', instance === null ? '' : String(instance)),
      matcher('source', ourSource),
    ],
    startsAt: formatTime(Math.max(shelf.time, now)),
    endsAt: formatTime(shelf.until),
    createdBy: shelf.user,
    comment: `shelved: ${shelf.text}`,
  }
}

/** Of which alarm a silence is; null for one that is not ours. */
export function alarmOfSilence(silence: {
  readonly matchers?: readonly { readonly name?: string; readonly value?: string }[]
}): string | null {
  const value = (name: string) => silence.matchers?.find((one) => one.name === name)?.value
  const base = value('alertname')
  if (base === undefined || value('source') !== ourSource) return null
  const instance = value('instance')
  return instance ? `${base}[!#${instance}!]` : base
}
