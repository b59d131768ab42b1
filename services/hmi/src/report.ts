import { describeProblems, type Problem } from '@mla/cdb'
import { createFlow, type Life } from '@mla/kit'
import { type ErrorCode, isRetryable, MlaError } from '@mla/model'
import { type Action, wordsOf } from './access/actions.ts'
import type { Wanted } from './alarms/operator-desk.ts'
import type { ShownSample } from './client-queue.ts'
import type { CommandOutcome } from './commander.ts'
import type { HotFigures } from './hot-store.ts'

const seconds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/** Everything that the HMI tells the outside. */
export type Report = ReturnType<typeof createReport>

export function createReport({ metrics, log }: Pick<Life, 'metrics' | 'log'>) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Samples read from the bus',
    sent: 'Samples sent to subscribers',
    rejected: 'Records not taken',
  })
  const missed = metrics.counter('mla_hmi_missed_total', 'Samples folded for slow clients')
  const clients = metrics.gauge('mla_hmi_clients', 'WebSockets that are open')
  const closed = metrics.counter('mla_hmi_clients_closed_total', 'WebSockets that we closed', [
    'reason',
  ])
  const running = metrics.gauge('mla_hmi_subscriptions', 'Subscriptions that run')
  const queries = metrics.histogram('mla_hmi_query_seconds', 'Time of a GraphQL request', seconds)
  const hotSamples = metrics.gauge('mla_hmi_hot_samples', 'Samples in memory')
  const hotBytes = metrics.gauge('mla_hmi_hot_bytes', 'Bytes of the samples in memory')
  const hotPoints = metrics.gauge('mla_hmi_hot_points', 'Points with a sample in memory')
  const hotAge = metrics.gauge('mla_hmi_hot_age_seconds', 'How far back memory holds every sample')
  const hotNewest = metrics.gauge(
    'mla_hmi_newest_sample_timestamp_seconds',
    'When the bus took the newest sample in memory',
  )
  const hotShed = metrics.counter('mla_hmi_hot_shed_total', 'Samples dropped for want of room')
  const commands = metrics.counter('mla_hmi_commands_total', 'Commands that operators gave', [
    'command',
    'outcome',
  ])
  const actions = metrics.counter('mla_hmi_actions_total', 'What users did or wanted to do', [
    'outcome',
  ])
  const unrecorded = metrics.counter(
    'mla_hmi_actions_dropped_total',
    'User actions that are in the log of the process only',
  )
  for (const outcome of ['done', 'failed', 'refused']) actions.add(0, { outcome })
  for (const reason of ['redelivered', 'no room for one more point']) rejected.add(0, { reason })
  clients.set(0)
  running.set(0)
  let clientCount = 0
  let subscriptionCount = 0
  let shed = 0

  const failed = (code: ErrorCode, count = 1) => errors.add(count, { code })
  const alarmActions = metrics.counter(
    'mla_alarm_actions_total',
    'What operators did, by outcome',
    ['outcome'],
  )
  for (const outcome of ['accepted', 'refused']) alarmActions.add(0, { outcome })
  return {
    received: (count: number) => received.add(count),
    redelivered: (count: number) => rejected.add(count, { reason: 'redelivered' }),
    noRoom: (count: number) => rejected.add(count, { reason: 'no room for one more point' }),
    delivered(samples: readonly ShownSample[]) {
      sent.add(samples.length)
      let folded = 0
      for (const sample of samples) folded += sample.missed ?? 0
      if (folded > 0) missed.add(folded)
    },
    clientOpened: () => clients.set(++clientCount),
    clientGone: () => clients.set(--clientCount),
    clientClosed: (reason: string) => closed.add(1, { reason }),
    subscriptions(change: 1 | -1) {
      subscriptionCount += change
      running.set(subscriptionCount)
    },
    queried: (durationSeconds: number) => queries.observe(durationSeconds),
    refused: (code: ErrorCode) => failed(code),
    /** An error that is nobody's request: it goes to the log. */
    failed(error: unknown, what: string) {
      failed(error instanceof MlaError ? error.code : 'INTERNAL')
      if (isRetryable(error)) log.warn({ reason: String(error) }, what)
      else log.error({ err: error }, what)
    },
    hot(figures: HotFigures) {
      hotSamples.set(figures.samples)
      hotBytes.set(figures.bytes)
      hotPoints.set(figures.points)
      hotNewest.set(figures.newest / 1e6)
      hotAge.set(Math.max(0, (figures.newest - figures.since) / 1e6))
      hotShed.add(figures.shed - shed)
      shed = figures.shed
    },
    caughtUp: (figures: HotFigures) =>
      log.info({ samples: figures.samples, points: figures.points }, 'hot store has caught up'),
    configured: (version: string, points: number) =>
      log.info({ version, points }, 'configuration in force'),
    configurationRefused(problems: readonly Problem[]) {
      failed('CDB_INVALID')
      const text = describeProblems(problems)
      log.error({ problems: problems.length }, `configuration refused:\n${text}`)
    },
    commanded({ component, command, accepted, message }: CommandOutcome, by: string) {
      commands.add(1, { command, outcome: accepted ? 'accepted' : 'refused' })
      log.info({ component, command, by, accepted, message }, `${by} told ${component}: ${command}`)
    },
    alarmActed({ alarm, kind, user, text }: Wanted, refusal: string | null) {
      alarmActions.add(1, { outcome: refusal === null ? 'accepted' : 'refused' })
      log.info({ alarm, kind, user, text, refusal }, `${user}: ${kind} ${alarm}`)
    },
    /** `more` refusals of the same address were too many to be recorded one by one. */
    acted(action: Action, more: number) {
      const { outcome } = action
      actions.add(1, { outcome })
      if (more > 0) actions.add(more, { outcome: 'refused' })
      const fields = { ...action, ...(more > 0 ? { folded: more } : {}) }
      if (outcome === 'refused') log.warn(fields, wordsOf(action))
      else log.info(fields, wordsOf(action))
    },
    actionsDropped: (count: number) => unrecorded.add(count),
    waitsForSetup: (code: string, path: string) =>
      log.warn({ path }, `nobody is set up yet: make the first user on the page with code ${code}`),
    listening: (host: string, port: number) => log.info({ host, port }, 'listening'),
  }
}
