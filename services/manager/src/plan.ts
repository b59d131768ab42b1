import type { ComponentDeclaration } from '@mla/cdb'
import { type ComponentStatus, type Wanted, wantedOf } from '@mla/control'
import { isWorking } from '@mla/kit'

export interface Step {
  readonly component: string
  readonly command: 'START' | 'STOP'
}

export type Declarations = ReadonlyMap<string, ComponentDeclaration>

const works = ({ state }: ComponentStatus): boolean => state !== 'LOST' && isWorking(state)
const isUp = ({ state }: ComponentStatus): boolean => state === 'ONLINE' || state === 'DEGRADED'

/** Whether a member of the subsystem is wanted ONLINE: nobody's word means yes. */
export const isWanted = (member: ComponentStatus, wanted: ReadonlyMap<string, Wanted>): boolean =>
  wantedOf(member, wanted) ?? true

/**
 * What brings the members of a subsystem nearer to what is wanted of them: those in STANDBY start
 * when what they need is there; those that are to stop do so when nothing that needs them, and is
 * to stop as well, works or drains any more, and what those sent is taken.
 */
export function planSteps(
  members: readonly ComponentStatus[],
  declared: Declarations,
  wanted: ReadonlyMap<string, Wanted>,
): readonly Step[] {
  const named = (name: string) => members.filter((one) => one.name === name)
  const needsOf = (name: string) => declared.get(name)?.needs ?? []
  const needers = (name: string) =>
    members.filter((one) => needsOf(one.name).includes(name) && !isWanted(one, wanted))

  return members.flatMap((member): readonly Step[] => {
    const { component, name, state } = member
    if (isWanted(member, wanted)) {
      if (state !== 'STANDBY') return []
      const missing = needsOf(name).filter((need) => {
        const those = named(need).filter((one) => isWanted(one, wanted) && one.state !== 'LOST')
        return those.length > 0 && !those.some(isUp)
      })
      return missing.length > 0 ? [] : [{ component, command: 'START' }]
    }
    if (!works(member) && state !== 'FAULT') return []
    const busy = needers(name).some((one) => works(one) || one.state === 'STOPPING')
    return busy ? [] : [{ component, command: 'STOP' }]
  })
}

/** The members in the order in which they start: what is needed comes first. */
export function inStartOrder(
  members: readonly ComponentStatus[],
  declared: Declarations,
): readonly ComponentStatus[] {
  const depth = (name: string): number =>
    Math.max(0, ...(declared.get(name)?.needs ?? []).map((need) => depth(need) + 1))
  return members.toSorted((a, b) => depth(a.name) - depth(b.name))
}
