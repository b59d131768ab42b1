import type { Micros } from '@mla/model'
import type { Alarm } from './alarm-state.ts'
import { defaultTimeLimits } from './asce.ts'
import { planDasu } from './dasu-plan.ts'
import type { Dasu, DasuParts, Received, ValueDescription } from './dasu-port.ts'
import type { DasuRules } from './dasu-rules.ts'
import { differs, type Emission, emit } from './emission.ts'
import { createEvaluation } from './evaluation.ts'
import { isAlarm, sameIasValue, sameProperties } from './iasio.ts'
import { act, endShelf, type OperatorState, untouched } from './operator.ts'
import type { Published, Slot } from './slot.ts'
import { restoreDasu, snapshotDasu } from './snapshot.ts'
import { never } from './transfer-function.ts'

/** Throws CDB_INVALID where `checkDasu` finds problems. */
export function createDasu(rules: DasuRules, parts: DasuParts = {}): Dasu {
  const plan = planDasu(rules)
  const { slots, slotOf, externals, asces, readers, published } = plan
  const evaluation = createEvaluation(plan, {
    stopwatch: parts.stopwatch ?? null,
    limits: parts.limits ?? defaultTimeLimits,
  })
  const wantsEveryValue = readers.map((ranks) =>
    ranks.some((rank) => asces[rank]?.evaluator.everyValue === true),
  )
  let outdated = 0
  let fromFuture = 0
  let dependencies: readonly string[] = []
  /** When a change wants to be evaluated; when something may have to be sent though there is none. */
  let runAt = never
  let nextSend = never
  let lastRun: Micros = -never

  function accept(index: number, received: Received, now: Micros): void {
    const slot = slots[index]
    if (!slot || index >= externals) return
    const time = Math.min(received.production, now)
    if (received.production > now) fromFuture++
    if (time < slot.time) {
      outdated++
      return
    }
    const value = received.value ?? slot.value
    const isReliable = received.validity === 'RELIABLE' && received.value !== null
    const reliableUntil = isReliable ? time + rules.validityThreshold : -never
    const isChanged =
      !sameIasValue(value, slot.value) ||
      received.mode !== slot.mode ||
      now <= slot.reliableUntil !== now <= reliableUntil ||
      !sameProperties(received.properties, slot.properties)
    const matters = isChanged || wantsEveryValue[index] === true
    if (matters) {
      if (slot.isPending) evaluation.evaluate(now)
      evaluation.pend(slot)
      runAt = Math.min(runAt, Math.max(now, lastRun + rules.throttle))
    }
    slot.value = value
    slot.mode = received.mode
    slot.properties = received.properties
    slot.time = time
    slot.reliableUntil = reliableUntil
    if (slot.runningId !== received.fullRunningId) {
      slot.runningId = received.fullRunningId
      dependencies = dependenciesOf(slots)
    }
    evaluation.wake(index, isChanged)
  }

  function run(now: Micros): readonly Emission[] {
    if (runAt > now && evaluation.due > now && nextSend > now) return []
    evaluation.evaluate(now)
    runAt = never
    lastRun = now
    const sent: Emission[] = []
    const { toSend } = evaluation
    if (nextSend <= now) {
      nextSend = never
      for (const one of published) send(one, now, sent)
    } else for (const one of toSend) send(one, now, sent)
    for (const one of toSend) one.isDirty = false
    toSend.length = 0
    return sent
  }

  /** `nextSend` may come too early after this, never too late. */
  function send(one: Published, now: Micros, sent: Emission[]): void {
    if (one.slot.value === null) return
    settle(one, now)
    const isDue = one.sentAt !== null && one.sentAt + rules.refresh <= now
    if (isDue || differs(one, now)) sent.push(emit(one, asces[one.rank], dependencies, now))
    const next = nextSendOf(one, now)
    if (next < nextSend) nextSend = next
  }

  function nextSendOf({ sentAt, slot, operator }: Published, now: Micros): Micros {
    if (sentAt === null) return never
    const expiry = slot.reliableUntil >= now ? slot.reliableUntil + 1 : never
    return Math.min(sentAt + rules.refresh, expiry, operator.shelf?.until ?? never)
  }

  /** What an alarm's new state, or time, makes of what operators did to it. */
  function settle(one: Published, now: Micros): void {
    const { value } = one.slot
    if (!isAlarm(value) || one.operator === untouched) return
    const { shelf, acknowledgement } = one.operator
    if (shelf && shelf.until <= now) {
      const { alarm, operator } = endShelf(value, one.operator)
      one.done = { kind: 'unshelve', user: '', time: now, text: 'the time of the shelf is over' }
      setAlarm(one, alarm, operator, now)
    } else if (acknowledgement && !value.isAcknowledged) {
      one.operator = { ...one.operator, acknowledgement: null }
    }
  }

  function setAlarm(one: Published, alarm: Alarm, operator: OperatorState, now: Micros): void {
    const isChanged = alarm !== one.slot.value
    one.slot.value = alarm
    one.operator = operator
    evaluation.markDirty(one)
    if (isChanged) evaluation.wake(slotOf.get(one.slot.id) ?? -1, true)
    runAt = Math.min(runAt, now)
  }

  /** To be evaluated at the first run, whatever time it is then. */
  function begin(rank: number): void {
    evaluation.add(rank)
    runAt = -never
  }

  const dasu: Dasu = {
    ...{ id: rules.id, rules, accept, run },
    inputs: slots.slice(0, externals).map(({ id }) => id),
    indexOf(id) {
      const index = slotOf.get(id) ?? -1
      return index < externals ? index : -1
    },
    get due() {
      return Math.min(runAt, evaluation.due, nextSend)
    },
    get counts() {
      return { evaluations: evaluation.evaluations, outdated, fromFuture }
    },
    act(id, action, now) {
      const one = published.find(({ slot }) => slot.id === id)
      const allowed = one && asces[one.rank]?.ready.options.operators
      if (!one || !allowed || !isAlarm(one.slot.value)) {
        return { accepted: false, reason: `"${id}" is no alarm that this DASU sends` }
      }
      const outcome = act(one.slot.value, one.operator, action, allowed, now)
      if (!outcome.accepted) return outcome
      one.done = { kind: action.kind, user: action.user, time: now, text: action.text }
      setAlarm(one, outcome.alarm, outcome.operator, now)
      return outcome
    },
    describe: (now) =>
      asces.map((asce) => ({
        id: asce.ready.rules.id,
        transferFunction: asce.ready.rules.transferFunction,
        properties: asce.ready.rules.properties,
        state: asce.state,
        fault: asce.fault,
        inputs: asce.inputs.map((slot) => described(slot, now)),
        output: described(asce.slot, now),
      })),
    snapshot() {
      const { dueOf, isDirty } = evaluation
      return snapshotDasu(plan, { dueOf, runAt, lastRun, nextSend, isDirty })
    },
  }
  if (parts.snapshot) {
    const { add: wake } = evaluation
    const restored = restoreDasu(plan, parts.snapshot, { ...evaluation, begin, wake })
    runAt = Math.min(runAt, restored.runAt)
    lastRun = restored.lastRun
    nextSend = restored.nextSend
    evaluation.findDue()
    dependencies = dependenciesOf(slots)
  } else {
    for (const [rank, { evaluator }] of asces.entries()) if (evaluator.acceptsMissing) begin(rank)
  }
  return dasu
}

const described = (slot: Slot, now: Micros): ValueDescription => ({
  ...{ id: slot.id, value: slot.value, mode: slot.mode, time: slot.time },
  isReliable: now <= slot.reliableUntil,
})

const dependenciesOf = (slots: readonly Slot[]): readonly string[] =>
  slots.flatMap(({ runningId }) => runningId ?? [])
