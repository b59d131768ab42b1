import {
  type HealthReport,
  healthWithin,
  type Life,
  type LifeCycle,
  type LifeEvent,
  newLife,
  stepLife,
} from '@mla/kit'
import { isRetryable, type Micros } from '@mla/model'

/** The work of a component, as often as it is started. */
export interface Work {
  readonly life: LifeCycle
  start(): void
  /** Resolves when it has ended and is drained. */
  stop(reason: string): Promise<void>
  restart(reason: string): Promise<void>
  /** Asks the health what hinders it. */
  look(): void
}

export interface WorkParts {
  /** What the work is handed is this, with a signal and a part of the health of its own. */
  readonly life: Life
  run(life: Life): Promise<void>
  /** Told of every change of state or reason. */
  changed(life: LifeCycle, before: LifeCycle): void
  /** Told of an end that nobody asked for. */
  failed(error: unknown): void
  readonly now: () => Micros
}

export function createWork({ life: own, run, changed, failed, now }: WorkParts): Work {
  const { name, health } = own
  let life = newLife(now())
  let running: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null

  const tell = (event: LifeEvent): void => {
    const before = life
    life = stepLife(before, event, now())
    if (life === before) return
    if (life.state === 'STANDBY') health.set(name, null)
    if (life.state === 'FAULT') health.set(name, life.reason)
    changed(life, before)
  }

  async function begin(stop: AbortController): Promise<void> {
    const within = healthWithin(health)
    within.set(name, 'starting')
    let failure: unknown = null
    try {
      await run({ ...own, health: within, signal: stop.signal })
      if (!stop.signal.aborted) failure = new Error('the work ended by itself')
    } catch (error) {
      // Stopped while it waited for a server: it has nothing to drain.
      if (!stop.signal.aborted || !isRetryable(error)) failure = error
    }
    within.end()
    running = null
    if (failure !== null) {
      failed(failure)
      tell({ kind: 'failed', reason: failure instanceof Error ? failure.message : String(failure) })
    } else tell({ kind: 'stopped' })
  }

  const work: Work = {
    get life() {
      return life
    },
    start() {
      tell({ kind: 'initialised' })
      if (running) return
      tell({ kind: 'starting' })
      const stop = new AbortController()
      running = { stop, ended: Promise.resolve().then(() => begin(stop)) }
    },
    async stop(reason) {
      tell({ kind: 'initialised' })
      if (!running) return tell({ kind: 'stopped' })
      tell({ kind: 'stopping', reason })
      running.stop.abort(reason)
      await running.ended
    },
    async restart(reason) {
      await work.stop(reason)
      work.start()
    },
    look: () => tell({ kind: 'looked', problem: problemIn(health.report()) }),
  }
  return work
}

/** The first part that is not ready, with its reason. */
function problemIn({ parts }: HealthReport): string | null {
  const found = Object.entries(parts).find(([, reason]) => reason !== 'ready')
  return found ? found.join(': ') : null
}
