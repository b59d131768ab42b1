import { createFlow, type Life } from '@mla/kit'
import { type IncidentName, incidentNames } from './incident.ts'
import type { Message } from './message.ts'

/** Everything the watchdog tells the outside: one method per event. */
export function createReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Notifications of Alertmanager',
    sent: 'Messages that a channel has taken',
    rejected:
      'Messages that a channel did not take, by channel, and requests that were no notification',
  })
  const incident = metrics.gauge('mla_watchdog_incident', '1 while it goes on', ['incident'])
  const channels = metrics.gauge('mla_watchdog_channels', 'Ways in which people are told')
  const deadMan = metrics.gauge(
    'mla_watchdog_dead_man_timestamp_seconds',
    'When the dead-man alert was heard last; before the first time, when the watchdog began',
  )
  const newest = metrics.gauge(
    'mla_watchdog_newest_sample_timestamp_seconds',
    'When the newest archived sample that the watchdog knows of was collected',
  )
  for (const reason of ['mail', 'webhook', 'too many waiting', 'no notification'])
    rejected.add(0, { reason })
  for (const code of ['NOTIFICATION_FAILED', 'ARCHIVE_UNAVAILABLE']) errors.add(0, { code })
  for (const name of incidentNames) incident.set(0, { incident: name })
  let isAskingInVain = false

  return {
    began(names: readonly string[], now: number): void {
      channels.set(names.length)
      deadMan.set(now / 1000)
      newest.set(now / 1000)
      if (names.length > 0) log.info({ channels: names }, 'watching')
      else log.warn({}, 'watching, but nobody is told: set MLA_WATCHDOG_SMTP or _WEBHOOK')
    },
    heard(isDeadMan: boolean, now: number): void {
      received.add(1)
      if (isDeadMan) deadMan.set(now / 1000)
    },
    noNotification(from: string | undefined): void {
      rejected.add(1, { reason: 'no notification' })
      log.warn({ from }, 'what came to /dead-man is no notification of Alertmanager')
    },
    newest(time: number): void {
      newest.set(time / 1000)
      if (isAskingInVain) log.info({}, 'the age of the archive is known again')
      isAskingInVain = false
    },
    cannotAsk(url: string, error: unknown): void {
      errors.add(1, { code: 'ARCHIVE_UNAVAILABLE' })
      if (!isAskingInVain) log.warn({ url, reason: String(error) }, 'a dispatcher does not answer')
      isAskingInVain = true
    },
    looked(name: IncidentName, isWrong: boolean): void {
      incident.set(isWrong ? 1 : 0, { incident: name })
    },
    telling({ news, subject }: Message): void {
      if (news === 'is over') log.info({}, subject)
      else log.error({}, subject)
    },
    delivered(channel: string, { subject }: Message): void {
      sent.add(1)
      log.info({ channel, subject }, 'told')
    },
    undelivered(channel: string, { subject }: Message, error: unknown): void {
      rejected.add(1, { reason: channel })
      errors.add(1, { code: 'NOTIFICATION_FAILED' })
      log.error({ channel, subject, reason: String(error) }, 'could not tell; trying again')
    },
    dropped(channel: string): void {
      rejected.add(1, { reason: 'too many waiting' })
      log.error({ channel }, 'too many messages wait, the oldest is dropped')
    },
  }
}

export type Report = ReturnType<typeof createReport>
