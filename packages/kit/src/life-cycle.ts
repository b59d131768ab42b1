import type { CommandName, Micros, WorkState } from '@mla/model'

/** Where a component is in its life, and why. */
export interface LifeCycle {
  readonly state: WorkState
  /** In words, where there is something to say. */
  readonly reason: string | null
  readonly since: Micros
}

export type LifeEvent =
  /** It knows what is wanted of it. */
  | { readonly kind: 'initialised' }
  | { readonly kind: 'starting' }
  /** What hinders its work at this moment; null where nothing does. */
  | { readonly kind: 'looked'; readonly problem: string | null }
  | { readonly kind: 'stopping'; readonly reason: string }
  /** Its work has ended as asked, and everything is drained. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string }

/** What hinders a start for so long is no longer its beginning: it works as far as it can. */
export const startPatienceMicros = 10_000_000

export const newLife = (now: Micros): LifeCycle => ({
  state: 'INITIALISING',
  reason: null,
  since: now,
})

/** The life after an event. What the present state does not know of changes nothing. */
export function stepLife(life: LifeCycle, event: LifeEvent, now: Micros): LifeCycle {
  const { state } = life
  const become = (next: WorkState, reason: string | null): LifeCycle => {
    if (next !== state) return { state: next, reason, since: now }
    return reason === life.reason ? life : { ...life, reason }
  }
  switch (event.kind) {
    case 'initialised':
      return state === 'INITIALISING' ? become('STANDBY', null) : life
    case 'starting':
      return state === 'STANDBY' || state === 'FAULT' ? become('STARTING', null) : life
    case 'looked':
      return looked(life, event.problem, now, become)
    case 'stopping':
      return isWorking(state) ? become('STOPPING', event.reason) : life
    case 'stopped':
      return state === 'STOPPING' || state === 'FAULT' ? become('STANDBY', null) : life
    case 'failed':
      return become('FAULT', event.reason)
  }
}

function looked(
  life: LifeCycle,
  problem: string | null,
  now: Micros,
  become: (state: WorkState, reason: string | null) => LifeCycle,
): LifeCycle {
  switch (life.state) {
    case 'STARTING':
      if (problem === null) return become('ONLINE', null)
      return become(now - life.since > startPatienceMicros ? 'DEGRADED' : 'STARTING', problem)
    case 'ONLINE':
    case 'DEGRADED':
      return become(problem === null ? 'ONLINE' : 'DEGRADED', problem)
    case 'INITIALISING':
    case 'STANDBY':
      return become(life.state, problem)
    default:
      return life
  }
}

/** True while there is work that a stop would end. */
export const isWorking = (state: WorkState): boolean =>
  state === 'STARTING' || state === 'ONLINE' || state === 'DEGRADED'

/** Why a state does not allow a command, in words; null where it does. */
export function refusalOf(
  { state }: Pick<LifeCycle, 'state'>,
  command: CommandName,
): string | null {
  switch (command) {
    case 'PING':
    case 'SET_LOG_LEVEL':
      return null
    case 'START':
      if (state === 'STANDBY' || state === 'FAULT') return null
      if (state === 'STOPPING') return 'it is STOPPING; START it when it is in STANDBY'
      return `it is ${state} already`
    case 'STOP':
      if (isWorking(state) || state === 'FAULT') return null
      if (state === 'INITIALISING') return 'it is INITIALISING; STOP it when it has started'
      return `it is ${state === 'STANDBY' ? 'in STANDBY' : state} already`
    case 'RESTART':
      if (isWorking(state) || state === 'FAULT') return null
      if (state === 'STANDBY') return 'it is in STANDBY; START it'
      return `it is ${state}; RESTART it later`
    case 'RECONFIGURE':
      if (isWorking(state)) return null
      return `it is ${state === 'STANDBY' ? 'in STANDBY' : state}; it takes the newest configuration when it starts`
  }
}
