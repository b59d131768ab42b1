import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'
import type { Figures } from './deployment.ts'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Values of the BSDB that DASUs took',
    sent: 'Alarms and synthetic parameters sent to the BSDB',
    rejected: 'Values that did not count, by reason',
  })
  const active = metrics.gauge(
    'mla_alarm_supervising',
    '1 in the process that runs the DASUs; another one stands by',
  )
  const dasus = metrics.gauge('mla_alarm_dasus', 'DASUs that run')
  const broken = metrics.gauge('mla_alarm_asces_broken', 'ASCEs whose transfer function broke')
  const evaluations = metrics.counter('mla_alarm_evaluations_total', 'Evaluations of ASCEs')
  const changes = metrics.counter('mla_alarm_changes_total', 'Changes sent to the BSDB')
  const actions = metrics.counter('mla_alarm_actions_total', 'What operators did, by outcome', [
    'outcome',
  ])
  for (const reason of ['outdated', 'unreadable']) rejected.add(0, { reason })
  for (const outcome of ['accepted', 'refused']) actions.add(0, { outcome })
  active.set(0)
  broken.set(0)
  let before = { evaluations: 0, outdated: 0 }
  let wasActive: boolean | null = null
  return {
    /** After each rebalance, also where nothing has changed by it. */
    active(isActive: boolean) {
      const isNews = wasActive !== isActive
      wasActive = isActive
      active.set(isActive ? 1 : 0)
      health.set(name, null)
      if (isNews)
        log.info({ isActive }, isActive ? 'runs the DASUs' : 'another process runs the DASUs')
    },
    configured: (version: string, count: number) => {
      dasus.set(count)
      log.info({ version, dasus: count }, 'alarms configured')
    },
    tookOver: (dasus: number, messages: number, toSend: number, tookMs: number) =>
      log.info({ dasus, messages, toSend, tookMs }, 'took over; the alarms go on'),
    replayCut: (seconds: number) =>
      log.warn({ seconds }, 'nobody ran the DASUs for so long; what passed meanwhile is not seen'),
    replayUnsorted: (messages: number) =>
      log.warn({ messages }, 'the log is longer than fits into memory; it is read in parts'),
    taken: (values: number) => received.add(values),
    sent(values: number, changed: number) {
      sent.add(values)
      changes.add(changed)
    },
    looked(figures: Figures) {
      evaluations.add(Math.max(0, figures.evaluations - before.evaluations))
      rejected.add(Math.max(0, figures.outdated - before.outdated), { reason: 'outdated' })
      before = figures
      broken.set(figures.broken)
    },
    acted(alarm: string, kind: string, user: string, refusal: string | null) {
      actions.add(1, { outcome: refusal === null ? 'accepted' : 'refused' })
      log.info({ alarm, kind, user, refusal }, 'operator action')
    },
    unreadable(id: string, error: unknown) {
      rejected.add(1, { reason: 'unreadable' })
      log.debug({ err: error, id }, 'a value that is no IASIO')
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    replaced: (supervisor: string) =>
      log.error({ supervisor }, 'a newer process runs the same DASUs: this one gives way'),
    failed(error: unknown, what: string) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, what)
    },
  }
}
