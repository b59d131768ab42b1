import { randomUUID } from 'node:crypto'
import { type Bus, mlaCommands, mlaDesired, mlaHeartbeats } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import { type ComponentStatus, createRoster, type Outcome, type Wanted } from '@mla/control'
import { type Life, retry } from '@mla/kit'
import { type Command, type CommandName, type Micros, microsOfMillis } from '@mla/model'
import { type Complaint, complaintsOf } from './complaints.ts'
import { runForOffice } from './office.ts'
import { type Declarations, inStartOrder, isWanted, planSteps } from './plan.ts'
import { type Progress, progressOf } from './progress.ts'
import { createReport } from './report.ts'
import { afterCalm, afterRestart, isDue, type Restarts } from './restarts.ts'

export interface ManagerParts {
  readonly bus: Pick<Bus, 'follow' | 'publish' | 'consume'>
  readonly life: Life
  /** Its id as a component. */
  readonly component: string
  readonly subsystem: string
  readonly stuckMicros: Micros
  /** Where what operators should know of goes, beside log and metrics: the whole of it, each time. */
  readonly complain?: (complaints: readonly Complaint[], isLeading: boolean) => void
  readonly now?: () => Micros
}

export interface Manager {
  /** Its answer to a command that is about its subsystem; null for one about itself. */
  obey(command: Command): Outcome | null
  figures(): Readonly<Record<string, number>>
  /** Works until the signal aborts. */
  run(life: Life, cdb: AsyncIterable<LoadResult>): Promise<void>
}

const lookMs = 250
/** A command is not given again before its effect can have been heard of. */
const commandPatienceMicros = 5_000_000

/** Brings the components of a subsystem to what is wanted of them, and keeps them there. */
export function createManager(parts: ManagerParts): Manager {
  const { bus, life: own, component, subsystem } = parts
  const now = parts.now ?? (() => microsOfMillis(Date.now()))
  const report = createReport(own)
  const roster = createRoster()
  const wanted = new Map<string, Wanted>()
  let declared: Declarations = new Map()
  let isLeading = false
  /** What it must have read before it may judge anything. */
  const unread = new Set<string>()
  let term = 0
  let since = now()
  /** Components that a RESTART of the subsystem has still to come to, in order. */
  let toRestart: readonly string[] = []
  const told = new Map<string, { readonly command: CommandName; readonly time: Micros }>()
  const restarts = new Map<string, Restarts>()
  const progress = new Map<string, Progress>()

  const isManager = ({ name }: ComponentStatus): boolean => name === own.name
  const members = (): readonly ComponentStatus[] =>
    roster.list().filter((one) => one.subsystem === subsystem && !isManager(one))

  const publish = (target: string, command: CommandName): void => {
    told.set(target, { command, time: now() })
    const record: Command = {
      ...{ id: randomUUID(), time: now(), target, command, params: [], by: component, term },
    }
    bus
      .publish(mlaCommands, [{ key: target, record }])
      .catch((error: unknown) => report.failed(`${command} is not sent to ${target}`, error))
  }
  /** True where it was told the same a moment ago, and has had no time to act. */
  const isTold = (target: string): boolean => {
    const last = told.get(target)
    return last !== undefined && now() - last.time < commandPatienceMicros
  }
  const want = (isOnline: boolean, by: string, signal: AbortSignal): void => {
    const time = now()
    const newest = Math.max(time, ...[...wanted.values()].map((one) => one.time + 1))
    wanted.set(subsystem, { isOnline, time: newest })
    told.clear()
    const record = { scope: subsystem, isOnline, time, by }
    retry(
      () => bus.publish(mlaDesired, [{ key: subsystem, record }]),
      signal,
      () => {},
    ).catch((error: unknown) => report.failed('the wanted state is not published', error))
  }

  /** A term above all that were heard of: from now on components obey no earlier one. */
  function takeOffice(): void {
    const terms = roster
      .list()
      .filter((one) => isManager(one) && one.component !== component)
      .flatMap(({ figures }) => figures.filter(({ name }) => name === 'term'))
    term = Math.max(term, now(), ...terms.map(({ value }) => value + 1))
  }

  function mend(all: readonly ComponentStatus[]): ReadonlySet<string> {
    const stuck = new Set<string>()
    for (const member of all) {
      const id = member.component
      const made = progressOf(progress.get(id), member, now())
      progress.set(id, made)
      const isStuck = now() - made.since > parts.stuckMicros
      if (isStuck) stuck.add(id)
      const why = isStuck ? 'it has input and takes none of it' : member.reason
      const isBroken = member.state === 'FAULT' && isWanted(member, wanted)
      if (!isBroken && !isStuck) {
        const left = afterCalm(restarts.get(id), member.since, now())
        if (left === undefined) restarts.delete(id)
        continue
      }
      if (!isLeading || isTold(id) || !isDue(restarts.get(id), now())) continue
      restarts.set(id, afterRestart(restarts.get(id), now()))
      progress.delete(id)
      report.restarts(id, why ?? 'FAULT', restarts.get(id)?.count ?? 1)
      publish(id, isBroken ? 'START' : 'RESTART')
    }
    return stuck
  }

  function restartNext(all: readonly ComponentStatus[]): void {
    const [next, ...rest] = toRestart
    if (next === undefined) return
    const last = told.get(next)
    const status = all.find((one) => one.component === next)
    if (last?.command !== 'RESTART') {
      if (status && status.state !== 'LOST') publish(next, 'RESTART')
      else toRestart = rest
      return
    }
    // It is done when it is up since it was told; one that does not come up must not hold the rest.
    const isBack =
      status !== undefined &&
      status.since > last.time &&
      (status.state === 'ONLINE' || status.state === 'DEGRADED')
    if (isBack || now() - last.time > 30_000_000) toRestart = rest
  }

  function look(): void {
    if (unread.size > 0) return
    const all = members()
    const stuck = mend(all)
    const clock = { now: now(), since }
    const complaints = complaintsOf(subsystem, all, declared, wanted, stuck, clock)
    if (isLeading) report.complaints(complaints)
    parts.complain?.(complaints, isLeading)
    if (!isLeading) return
    restartNext(all)
    for (const step of planSteps(all, declared, wanted)) {
      if (isTold(step.component)) continue
      report.took(step)
      publish(step.component, step.command)
    }
  }

  return {
    obey({ command, params, by }) {
      const [about] = params
      const isOrdered = command === 'START' || command === 'STOP' || command === 'RESTART'
      if (!isOrdered || about === undefined) return null
      if (about !== subsystem) {
        return { accepted: false, message: `it manages ${subsystem}, not ${about}` }
      }
      if (!isLeading) return { accepted: false, message: 'another instance leads' }
      const { signal } = own
      const all = members().filter(({ state }) => state !== 'LOST')
      if (command === 'RESTART') {
        told.clear()
        const wantedOnes = all.filter(({ state }) => state !== 'STANDBY')
        toRestart = inStartOrder(wantedOnes, declared).map((one) => one.component)
      } else {
        toRestart = []
        want(command === 'START', by, signal)
      }
      restarts.clear()
      look()
      return { accepted: true, message: `${command} of ${all.length} components, in order` }
    },
    figures: () => ({ leads: isLeading ? 1 : 0, term }),
    async run(life, cdb) {
      const { signal } = life
      const sources = ['heartbeats', 'wanted states', 'the configuration']
      for (const source of sources) unread.add(source)
      const read = (source: string): void => {
        unread.delete(source)
        const [next] = unread
        life.health.set(life.name, next === undefined ? null : `reading ${next}`)
      }
      read('nothing')
      since = now()
      const office = runForOffice({
        ...{ bus, name: own.name, signal },
        changed(held) {
          isLeading = held
          if (held) takeOffice()
          report.leads(held)
        },
      })
      const followStates = async (): Promise<void> => {
        for await (const one of bus.follow(mlaDesired, 0, signal)) {
          if (one.kind === 'caught-up') {
            read('wanted states')
            continue
          }
          for (const { record, appendTime } of one.messages) {
            wanted.set(record.scope, { isOnline: record.isOnline, time: appendTime })
          }
        }
      }
      const followBeats = async (): Promise<void> => {
        const from = now() - 60_000_000
        for await (const one of bus.follow(mlaHeartbeats, from, signal)) {
          if (one.kind === 'batch') {
            for (const { record, appendTime } of one.messages) roster.hear(record, appendTime)
            continue
          }
          // Who took office before it had read of its predecessors knows them now.
          if (isLeading) takeOffice()
          read('heartbeats')
        }
      }
      const followCdb = async (): Promise<void> => {
        for await (const version of cdb) {
          if (!version.ok) continue
          declared = version.cdb.components
          read('the configuration')
        }
      }
      const looks = setInterval(look, lookMs)
      try {
        await Promise.all([office.ended, followStates(), followBeats(), followCdb()])
      } finally {
        clearInterval(looks)
      }
    },
  }
}
