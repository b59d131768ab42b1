import { alarmPriorities, alarmStates, createBsdbTable } from '@mla/alarm'
import type { AlarmArchive } from '@mla/archive'
import { alarmBsdb, type Bus, type Message, type Position } from '@mla/bus'
import { type Life, retry } from '@mla/kit'
import type { IasioBatch, Micros } from '@mla/model'
import type { Annunciator } from './annunciate.ts'
import type { MakingOf } from './makings.ts'
import type { Report } from './report.ts'
import { countEscalated, countStale, createTally } from './tally.ts'
import type { Telling } from './telling.ts'
import { transitionsOf } from './transitions.ts'

export interface DispatchParts {
  readonly bus: Pick<Bus, 'consume'>
  readonly archive: AlarmArchive
  /** Null where there is no Alertmanager. */
  readonly annunciator: Annunciator | null
  readonly people: Pick<Telling, 'take' | 'forget'>
  readonly makingOf: MakingOf
  readonly report: Report
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty: boolean
  readonly now: () => Micros
}

const commitEveryMs = 500
const drainMs = 3_000

/** Moves transitions of alarms to the archive, and commits to the bus what is there. */
export async function dispatch(parts: DispatchParts, { signal }: Life): Promise<void> {
  const { bus, archive, annunciator, people, makingOf, report, untilEmpty, now } = parts
  const ending = new AbortController()
  const end = () => ending.abort()
  const consumer = bus.consume(alarmBsdb, 'alarm-dispatcher', ending.signal)
  const stop = () => {
    if (!untilEmpty || consumer.lag === 0) return end()
    setTimeout(end, drainMs).unref()
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', stop, { once: true })
  let table = createBsdbTable(({ type }) => type === 'ALARM')
  let tally = createTally(report)
  let passedOver = 0
  let committed = performance.now()
  let current = 0
  const open = new Map<number, Position>()

  async function take(messages: readonly Message<IasioBatch>[]): Promise<void> {
    for (const { record } of messages) {
      report.received(record.values.length)
      const changes = table.take(record)
      for (const { entry, before } of changes) {
        annunciator?.take(entry.wire, before?.wire ?? null)
        people.take(entry.wire, before === null)
      }
      tally.take(changes)
      const transitions = transitionsOf(changes)
      if (transitions.length === 0) continue
      const append = () => archive.append(transitions)
      const away = (error: unknown, attempt: number) => report.archiveAway(error, attempt)
      await retry(append, ending.signal, away)
      report.archiveBack()
      report.archived(transitions.length)
    }
    report.passedOver(table.passedOver - passedOver)
    passedOver = table.passedOver
  }
  async function commit(): Promise<void> {
    if (open.size === 0) return
    const positions = [...open.values()]
    open.clear()
    committed = performance.now()
    report.counted(countsOf([...table.all()].map(({ wire }) => wire.value ?? '')))
    const time = now()
    report.judged({
      chattering: tally.chattering(time),
      stale: countStale(table.all(), time),
      escalated: countEscalated(table.all(), makingOf, time),
    })
    if (!(await consumer.commit(positions, current).catch(() => false))) report.commitRefused()
  }
  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') {
        current = delivery.assignment
        open.clear()
        table = createBsdbTable(({ type }) => type === 'ALARM')
        tally = createTally(report)
        passedOver = 0
        annunciator?.forget()
        people.forget()
        report.assigned(delivery.partitions)
        continue
      }
      await take(delivery.messages)
      open.set(delivery.partition, delivery.next)
      if (performance.now() - committed >= commitEveryMs) await commit()
      if (signal.aborted && consumer.lag === 0) {
        await commit()
        end()
      }
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const state of alarmStates) {
    for (const priority of alarmPriorities) counts.set(`${state}:${priority}`, 0)
  }
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
