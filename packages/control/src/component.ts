import { hostname } from 'node:os'
import type { Bus } from '@mla/bus'
import type { LoadResult } from '@mla/cdb'
import { isWorking, type Life, version } from '@mla/kit'
import { type Command, type CommandName, microsOfMillis } from '@mla/model'
import { type Address, componentIdOf, nameOf } from './address.ts'
import type { ComponentSettings } from './config.ts'
import { keepDesk } from './desk.ts'
import { figuresOf } from './figures.ts'
import { judge, objectionTo } from './judge.ts'
import { createLoadMeter } from './load.ts'
import { startPulse } from './pulse.ts'
import { createReport } from './report.ts'
import { createVersions } from './versions.ts'
import { openWishes } from './wishes.ts'
import { createWork } from './work.ts'

export interface ComponentParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  /** Of the process, or of this part of it: `life.name` is the service. */
  readonly life: Life
  readonly subsystem: string
  readonly settings: Pick<ComponentSettings, 'MLA_DATA' | 'MLA_HEARTBEAT_MS'>
  /** The versions of the configuration, followed while the work runs. */
  readonly cdb: (signal: AbortSignal) => AsyncIterable<LoadResult>
  /** For one that is never stopped: why not, in words. Its failure ends `runComponent`. */
  readonly staysOnline?: string
  /** Commands that this component answers in its own way; null leaves it to the usual one. */
  readonly obey?: (command: Command) => Outcome | null
  /** Figures beside those that its metrics hold. */
  readonly figures?: () => Readonly<Record<string, number>>
}

export interface Outcome {
  readonly accepted: boolean
  readonly message: string | null
}

export interface WorkInHand {
  /** As long as the work: its signal aborts when the component is to stop. */
  readonly life: Life
  readonly cdb: AsyncIterable<LoadResult>
  readonly address: Address
  /** Says that a version, good by itself, could not be taken; the one before stays. */
  refuse(problem: string): void
}

const lookMs = 200

/**
 * Runs a service as a component until the life ends: it has the states of the life cycle, says how
 * it is, and takes commands, while `work` begins and ends with START and STOP. `work` returns when
 * its life's signal has aborted and all it held is drained.
 */
export async function runComponent(
  parts: ComponentParts,
  work: (inHand: WorkInHand) => Promise<void>,
): Promise<void> {
  const { bus, life: own, settings } = parts
  const { name, log, metrics, signal } = own
  const component = componentIdOf(own.instance)
  const address = { component, name, subsystem: parts.subsystem }
  const staysOnline = parts.staysOnline ?? null
  const now = () => microsOfMillis(Date.now())
  const started = now()
  const report = createReport(own)
  const versions = createVersions(() => pulse.beat())
  const ending = new AbortController()
  const control = AbortSignal.any([signal, ending.signal])
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)

  const run = createWork({
    life: own,
    run: (life) => {
      const { signal } = life
      const cdb = versions.follow(parts.cdb(signal), signal)
      return work({ life, cdb, address, refuse: versions.refused })
    },
    changed(life, before) {
      report.changed(life, before)
      pulse.beat()
    },
    failed(error) {
      report.workFailed(error)
      if (staysOnline !== null) failure.reject(error)
    },
    now,
  })
  const load = createLoadMeter()
  const pulse = startPulse({
    bus,
    intervalMs: settings.MLA_HEARTBEAT_MS,
    async now(hasEnded) {
      const { state, reason, since } = run.life
      const more = Object.entries(parts.figures?.() ?? {})
      return {
        ...{ ...address, host: hostname(), version, time: now(), started },
        ...{ intervalMs: settings.MLA_HEARTBEAT_MS, state, reason, since, hasEnded },
        ...{
          isWanted: staysOnline !== null || (wishes.isOnline ?? true),
          ...load(),
          logLevel: log.level ?? 'info',
        },
        ...{ configuration: versions.running, configurationProblem: versions.problem },
        figures: [
          ...(await figuresOf(metrics, name)),
          ...more.map(([figure, value]) => ({ name: figure, value })),
        ],
      }
    },
    failed: report.heartbeatFailed,
    worked: report.heartbeatWorked,
  })
  const wishes = openWishes({
    ...{ bus, address, folder: settings.MLA_DATA, signal: control, failed: report.failed },
    changed(isOnline) {
      if (staysOnline !== null) return
      if (isOnline) run.start()
      else if (isWorking(run.life.state)) stop('it is wanted in STANDBY')
    },
  })

  const stop = (reason: string): void => void run.stop(reason).catch(report.workFailed)
  const act = (name: CommandName, { by, params }: Command): string | null => {
    switch (name) {
      case 'PING':
        return `${run.life.state}${run.life.reason ? `: ${run.life.reason}` : ''}`
      case 'START':
        wishes.want(true, by)
        run.start()
        return null
      case 'STOP':
        wishes.want(false, by)
        stop(`STOP by ${by}`)
        return null
      case 'RESTART':
        void run.restart(`RESTART by ${by}`).catch(report.workFailed)
        return null
      case 'RECONFIGURE':
        return versions.again() ? null : 'there is no configuration yet'
      case 'SET_LOG_LEVEL': {
        const [level = 'info'] = params
        log.level = level
        return `it logs from ${level} on`
      }
    }
  }
  const terms = new Map<string, number>()
  const carryOut = (command: Command): Outcome | null => {
    const verdict = judge(command, address, terms, now())
    if (verdict.kind === 'not mine') return null
    if (command.term !== null) {
      const manager = nameOf(command.by)
      terms.set(manager, Math.max(command.term, terms.get(manager) ?? 0))
    }
    const refusal = signal.aborted
      ? 'its process ends'
      : verdict.kind === 'refused'
        ? verdict.message
        : null
    const outcome =
      refusal !== null || verdict.kind === 'refused'
        ? { accepted: false, message: refusal }
        : (parts.obey?.(command) ?? usual(verdict.command, command))
    report.commanded(command, outcome.accepted, outcome.message)
    return outcome
  }
  const usual = (name: CommandName, command: Command): Outcome => {
    const objection = objectionTo(name, command.params, run.life, staysOnline)
    if (objection !== null) return { accepted: false, message: objection }
    return { accepted: true, message: act(name, command) }
  }

  report.began(run.life)
  own.health.set(name, 'starting')
  pulse.beat()
  const desk = keepDesk({ bus, component, signal: control, now, carryOut, failed: report.failed })
  desk.catch((error: unknown) => report.failed('commands are not taken', error))
  await wishes.known()
  const looks = setInterval(run.look, lookMs)
  try {
    if (!signal.aborted) {
      if (staysOnline !== null || (wishes.isOnline ?? true)) run.start()
      else await run.stop('it is wanted in STANDBY')
      await Promise.race([aborted(signal), failure.promise])
    }
  } finally {
    await run.stop(String(signal.reason ?? 'the process ends'))
    clearInterval(looks)
    await pulse[Symbol.asyncDispose]()
    ending.abort()
    await wishes.saved()
    await desk.catch(() => undefined)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
