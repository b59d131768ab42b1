import type { ComponentStatus, Wanted } from '@mla/control'
import type { Micros } from '@mla/model'
import { managerName } from './config.ts'
import { type Declarations, isWanted } from './plan.ts'

/** Something about a component that operators should know. */
export interface Complaint {
  /** The component or the service, and what kind of complaint: the same for as long as it lasts. */
  readonly about: string
  readonly kind: 'lost' | 'missing' | 'fault' | 'degraded' | 'hanging' | 'stuck' | 'configuration'
  readonly text: string
}

/** What lasts no longer is nobody's business. */
const patienceMicros = { missing: 30_000_000, degraded: 30_000_000, hanging: 60_000_000 }

/**
 * All there is to complain about in a subsystem. `since` is when the manager began to look: what
 * has not come yet may still come.
 */
export function complaintsOf(
  subsystem: string,
  members: readonly ComponentStatus[],
  declared: Declarations,
  wanted: ReadonlyMap<string, Wanted>,
  stuck: ReadonlySet<string>,
  { now, since }: { readonly now: Micros; readonly since: Micros },
): readonly Complaint[] {
  const complaints: Complaint[] = []
  const add = (about: string, kind: Complaint['kind'], text: string): void =>
    void complaints.push({ about, kind, text })

  for (const { name, instances, subsystem: own } of declared.values()) {
    if (own !== subsystem || name === managerName(subsystem)) continue
    const living = members.filter((one) => one.name === name && one.state !== 'LOST').length
    if (living >= instances || now - since <= patienceMicros.missing) continue
    add(name, 'missing', `${living} of ${instances} ${name} are there`)
  }
  for (const member of members) {
    const { component, state, reason, since: began } = member
    const age = now - began
    const because = reason === null ? '' : `: ${reason}`
    if (state === 'LOST' && !member.hasEnded) add(component, 'lost', `it is LOST${because}`)
    if (state === 'FAULT' && isWanted(member, wanted)) add(component, 'fault', `FAULT${because}`)
    if (state === 'DEGRADED' && age > patienceMicros.degraded) {
      add(component, 'degraded', `it works only in part${because}`)
    }
    if ((state === 'STARTING' || state === 'STOPPING') && age > patienceMicros.hanging) {
      add(component, 'hanging', `it is ${state} for ${Math.round(age / 1e6)} s${because}`)
    }
    if (stuck.has(component)) add(component, 'stuck', 'it has input and takes none of it')
    if (member.configurationProblem !== null) {
      const running = member.configuration ?? 'none'
      add(component, 'configuration', `it runs ${running}: ${member.configurationProblem}`)
    }
  }
  return complaints
}
