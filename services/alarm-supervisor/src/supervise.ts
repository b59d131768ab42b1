import { alarmActions, alarmBsdb, type Bus, type Message } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import {
  type AlarmAction,
  type CommandReply,
  type IasioBatch,
  type Micros,
  microsOfMillis,
  microsPerSecond,
  type WireIasio,
} from '@mla/model'
import { forgetOld, readAnswers } from './answers.ts'
import type { SupervisorSettings } from './config.ts'
import { createDeployment, type SavedDasu, type Sent } from './deployment.ts'
import { createLogClock } from './log-clock.ts'
import { createOutbox } from './outbox.ts'
import { notYetSent } from './reconcile.ts'
import { createReplay, effectOf, effectsIn, inOrder } from './replay.ts'
import type { Report } from './report.ts'
import { savesInTurn } from './saves-in-turn.ts'
import { documentsOf, readSnapshots } from './snapshot-store.ts'

export interface SuperviseParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  /** The configuration in force; null before there is one. */
  readonly configuration: () => Cdb | null
  readonly settings: SupervisorSettings
  /** Who answers operators: `alarm-supervisor@host`. */
  readonly component: string
  readonly report: Report
}

/** Messages of the same moment that partitions may have in another order. */
const overlapMicros = 10 * microsPerSecond
/** How far back the log is read where no predecessor left anything. */
const withoutSnapshotMicros = 60 * microsPerSecond
const actionLifeMicros = 30 * microsPerSecond
const longestSleepMs = 1_000

/**
 * Runs the DASUs until the signal aborts. It begins with the snapshots of a predecessor and what
 * the log has since then, worked through in the log's order; what the predecessor had sent of that
 * is in the log too, so only the rest is sent. Then it goes on with the log as it comes, and the clock.
 */
export async function supervise(parts: SuperviseParts, signal: AbortSignal): Promise<void> {
  const { bus, settings, report, configuration, component } = parts
  const ending = new AbortController()
  const during = AbortSignal.any([signal, ending.signal])
  const clock = createLogClock(() => microsOfMillis(performance.timeOrigin + performance.now()))
  const { now } = clock
  const epoch = now()
  const began = performance.now()
  const unreadable = (key: string, error: unknown) =>
    report.failed(error, `the state ${key} cannot be read; it is passed over`)
  const saved = await readSnapshots(bus, during, unreadable)
  const answered = await readAnswers(bus, during, epoch)
  if (during.aborted) return
  const deployment = createDeployment({
    unreadable: report.unreadable,
    stopwatch: () => performance.now() * 1000,
  })
  const outbox = createOutbox({
    ...{ bus, epoch, now, signal },
    sent: report.sent,
    failed: (error) => report.failed(error, 'alarms are not sent; trying again'),
  })
  const since = beginningOf([...saved.values()], epoch, settings, report)
  const positions = new Map<string, number>()
  let isLive = false
  let version: string | null = null
  const configure = (): void => {
    const cdb = configuration()
    if (cdb === null || cdb.version === version) return
    const wanted = supervisorsOf(cdb, settings.MLA_SUPERVISORS)
    const rules = wanted.flatMap(({ dasus }) => dasus)
    deployment.configure(rules, version === null ? saved : new Map(), isLive ? now() : since)
    version = cdb.version
    report.configured(cdb.version, rules.length)
  }
  configure()
  const ours = (producer: string): boolean => {
    const alarms = configuration()?.alarms
    if (!alarms?.supervisors.has(producer)) return false
    return settings.MLA_SUPERVISORS.length === 0 || settings.MLA_SUPERVISORS.includes(producer)
  }

  function takeBatch(message: Message<IasioBatch>, sent: Sent[]): void {
    const { partition, offset, appendTime: time, record } = message
    if (offset <= (positions.get(String(partition)) ?? -1)) return
    positions.set(String(partition), offset)
    clock.saw(time)
    report.taken(deployment.accept({ partition, offset, time }, record.values, sent))
  }

  const doneAgain = new Set<string>()
  let effects: ReadonlySet<string> = new Set()
  function takeAction({ offset, appendTime: time, record: action }: Message<AlarmAction>): Sent[] {
    const sent: Sent[] = []
    if (offset <= (positions.get('actions') ?? -1)) return sent
    positions.set('actions', offset)
    clock.saw(time)
    const before = answered.get(action.id)
    // What a predecessor did is done again where the log is read again, once, unless its snapshot has it.
    const isAgain = !isLive && before?.accepted === true && !doneAgain.has(action.id)
    if (before && !(isAgain && deployment.isOpen(action.alarm, before.time))) return sent
    if (!isLive) doneAgain.add(action.id)
    // What a predecessor had begun to do is done, however long ago: only its answer is missing.
    const isBegun = effects.has(effectOf(action.alarm, action))
    const isLate = !before && !isBegun && clock.own() - action.time > actionLifeMicros
    const answer = isLate
      ? { accepted: false as const, reason: 'it came too late to be done' }
      : deployment.act({ offset, time }, action, sent)
    if (answer === 'not ours' || answer === 'done before' || before) return sent
    const reply: CommandReply = {
      ...{ id: action.id, component, command: action.kind, accepted: answer.accepted },
      ...{ time: answer.accepted ? answer.time : now() },
      message: answer.accepted ? null : answer.reason,
    }
    answered.set(action.id, reply)
    replies.push(reply)
    report.acted(action.alarm, action.kind, action.user, answer.accepted ? null : answer.reason)
    return sent
  }
  const replies: CommandReply[] = []
  const answer = (): void => replies.splice(0).forEach(outbox.reply)

  // The log since the snapshots, in its order.
  const lastInLog = new Map<string, WireIasio>()
  const workedOut: Sent[] = []
  const replay = createReplay(
    (messages) => {
      effects = effectsIn(messages, ours)
      for (const one of inOrder(messages)) {
        if (one.kind === 'action') for (const sent of takeAction(one.message)) workedOut.push(sent)
        else {
          takeBatch(one.message, workedOut)
          if (ours(one.message.record.producer)) {
            for (const wire of one.message.record.values) {
              if (deployment.isOpen(wire.id, wire.production ?? 0)) lastInLog.set(wire.id, wire)
            }
          }
        }
      }
      forgetSignsOfLife(workedOut)
    },
    (messages) => report.replayUnsorted(messages),
  )

  let wake: NodeJS.Timeout | undefined
  const goOn = (): void => {
    const sent: Sent[] = []
    deployment.advance(now(), sent)
    outbox.values(sent)
    plan()
  }
  const plan = (): void => {
    clearTimeout(wake)
    if (during.aborted) return
    const waitMs = Math.min(longestSleepMs, Math.max(0, (deployment.due - now()) / 1000))
    wake = setTimeout(goOn, Number.isNaN(waitMs) ? longestSleepMs : Math.ceil(waitMs))
  }
  const goLive = (): void => {
    replay.end()
    deployment.advance(now(), workedOut)
    deployment.caughtUp()
    const toSend = notYetSent(workedOut, lastInLog, ({ id, production }) =>
      deployment.isSince(id, production ?? 0),
    )
    isLive = true
    outbox.values(toSend)
    answer()
    report.tookOver(
      saved.size,
      replay.messages,
      toSend.length,
      Math.round(performance.now() - began),
    )
    workedOut.length = 0
    lastInLog.clear()
    doneAgain.clear()
    effects = new Set()
    goOn()
    for (const key of deployment.keys) save(key)
  }
  const behind = new Set(['values', 'actions'])
  const caughtUp = (what: string): void => {
    behind.delete(what)
    if (behind.size === 0 && !isLive) goLive()
  }

  const values = async (): Promise<void> => {
    for await (const one of bus.follow(alarmBsdb, since, during)) {
      if (one.kind === 'caught-up') {
        caughtUp('values')
        continue
      }
      configure()
      if (!isLive) {
        for (const message of one.messages) replay.add({ kind: 'values', message })
        continue
      }
      const sent: Sent[] = []
      for (const message of one.messages) {
        const { producer, epoch: theirs } = message.record
        if (theirs > epoch && ours(producer)) {
          report.replaced(producer)
          ending.abort()
          return
        }
        takeBatch(message, sent)
      }
      outbox.values(sent)
      goOn()
      await outbox.room()
    }
  }
  const actions = async (): Promise<void> => {
    for await (const one of bus.follow(alarmActions, since, during)) {
      if (one.kind === 'caught-up') {
        caughtUp('actions')
        continue
      }
      for (const message of one.messages) {
        if (!isLive) replay.add({ kind: 'action', message })
        else {
          outbox.values(takeAction(message))
          const key = replies.length > 0 ? deployment.keyOf(message.record.alarm) : null
          // With a snapshot before the answer, who is killed between leaves it unanswered for ever.
          answer()
          if (key !== null) save(key)
        }
      }
      if (isLive) plan()
    }
  }

  let turn = 0
  const save = (key: string): void => {
    const state = deployment.save(key, positions)
    if (!state) return
    const at = { turn, by: component, now: now() }
    outbox.state(key, () => documentsOf(state, at))
  }
  const saving = savesInTurn(settings.MLA_ALARM_SNAPSHOT_SECONDS * 1000, {
    keys: () => (isLive ? deployment.keys : []),
    save,
    round: () => {
      turn++
      report.looked(deployment.figures)
      forgetOld(answered, now())
    },
  })
  try {
    await Promise.all([values(), actions()].map((task) => task.finally(() => ending.abort())))
  } finally {
    ending.abort()
    clearTimeout(wake)
    clearInterval(saving)
    if (isLive && signal.aborted) {
      turn++
      for (const key of deployment.keys) save(key)
    }
    await outbox.flushed()
  }
}

const supervisorsOf = ({ alarms }: Cdb, wanted: readonly string[]) =>
  [...(alarms?.supervisors.values() ?? [])].filter(
    ({ id }) => wanted.length === 0 || wanted.includes(id),
  )

/** From when on the log is read. */
function beginningOf(
  saved: readonly SavedDasu[],
  now: Micros,
  { MLA_ALARM_REPLAY_SECONDS }: SupervisorSettings,
  report: Report,
): Micros {
  const furthest = now - MLA_ALARM_REPLAY_SECONDS * microsPerSecond
  if (saved.length === 0) return Math.max(furthest, now - withoutSnapshotMicros)
  const oldest = Math.min(...saved.map(({ time }) => time)) - overlapMicros
  if (oldest >= furthest) return oldest
  report.replayCut(Math.round((furthest - oldest) / microsPerSecond))
  return furthest
}

/** Of what is worked out again only changes count. */
function forgetSignsOfLife(sent: Sent[]): void {
  const kept = sent.filter(({ emission }) => emission.isChange)
  sent.length = 0
  for (const one of kept) sent.push(one)
}
