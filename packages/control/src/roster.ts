import type { ComponentState, Heartbeat, Micros } from '@mla/model'

/** A component as others see it. */
export interface ComponentStatus extends Omit<Heartbeat, 'state'> {
  readonly state: ComponentState
  /** When the bus took its last heartbeat. */
  readonly lastHeartbeat: Micros
}

/** Who is there, and how they are, by their heartbeats. */
export interface Roster {
  hear(heartbeat: Heartbeat, heardAt: Micros): void
  /** In order of subsystem and id. */
  list(): readonly ComponentStatus[]
  of(component: string): ComponentStatus | undefined
  /**
   * The clock that silence is measured by: when the bus took the newest heartbeat of all. So no
   * host's clock counts, and an outage of the bus makes nobody LOST.
   */
  readonly time: Micros
}

/** Heartbeats that may be missing before a component is LOST, and the least that it is given. */
const missingBeats = 4
const leastSilenceMicros = 8_000_000
/** What is LOST for so long is forgotten, also where nothing came in its place. */
const rememberMicros = 3_600_000_000

export function createRoster(): Roster {
  const heard = new Map<string, { readonly beat: Heartbeat; readonly at: Micros }>()
  let time = 0

  const shown = ({ beat, at }: { beat: Heartbeat; at: Micros }): ComponentStatus => {
    const seen = { ...beat, lastHeartbeat: at }
    if (beat.hasEnded) {
      return { ...seen, state: 'LOST', reason: 'its process has ended, in order', since: at }
    }
    const allowed = Math.max(leastSilenceMicros, missingBeats * beat.intervalMs * 1000)
    if (time - at <= allowed) return seen
    const reason = `nothing is heard of it; it was ${beat.state}${beat.reason ? `: ${beat.reason}` : ''}`
    return { ...seen, state: 'LOST', reason, since: at }
  }

  /** A container's successor has another name: what is lost is then no longer missed. */
  const isReplaced = ({ component, name, lastHeartbeat }: ComponentStatus): boolean =>
    [...heard.values()].some(
      ({ beat }) =>
        beat.name === name && beat.component !== component && beat.started > lastHeartbeat,
    )

  return {
    get time() {
      return time
    },
    hear(beat, at) {
      time = Math.max(time, at)
      heard.set(beat.component, { beat, at })
      for (const [component, { at: last }] of heard) {
        if (time - last > rememberMicros) heard.delete(component)
      }
    },
    list: () =>
      [...heard.values()]
        .map(shown)
        .filter((one) => one.state !== 'LOST' || !isReplaced(one))
        .sort((a, b) => compare(a.subsystem, b.subsystem) || compare(a.component, b.component)),
    of(component) {
      const one = heard.get(component)
      return one && shown(one)
    },
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
