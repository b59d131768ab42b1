import type { ComponentStatus } from '@mla/control'
import type { CommandName } from '@mla/model'

/** One command on the bus, and who will answer it. */
export interface Sending {
  readonly target: string
  readonly params: readonly string[]
  readonly answeredBy: readonly string[]
}

export type CommandPlan =
  | { readonly kind: 'send'; readonly sendings: readonly Sending[] }
  /** It would do nothing, for a reason. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' }

/** The figure of the manager that leads its subsystem. */
const leads = 'leads'

/**
 * To whom a command goes that an operator addresses: to one component, to all of a service, to a
 * subsystem or to `all`. A subsystem is started and stopped by its manager, in order; where none
 * lives, its components are told at once.
 */
export function planCommand(
  addressed: string,
  command: CommandName,
  params: readonly string[],
  components: readonly ComponentStatus[],
): CommandPlan {
  const living = components.filter(({ state }) => state !== 'LOST')
  const direct = (those: readonly ComponentStatus[], target = addressed): Sending => ({
    ...{ target, params, answeredBy: those.map(({ component }) => component) },
  })

  const one = components.find(({ component }) => component === addressed)
  if (one?.state === 'LOST') {
    return { kind: 'refused', reason: `${one.component} is LOST: ${one.reason}` }
  }
  if (one) return { kind: 'send', sendings: [direct([one])] }
  const ofName = living.filter(({ name }) => name === addressed)
  if (ofName.length > 0) return { kind: 'send', sendings: [direct(ofName)] }

  const subsystems = [...new Set(components.map(({ subsystem }) => subsystem))]
  if (addressed !== 'all' && !subsystems.includes(addressed)) {
    const isKnown = components.some(({ name }) => name === addressed)
    return isKnown ? { kind: 'refused', reason: `each ${addressed} is LOST` } : { kind: 'unknown' }
  }
  const isOrdered = command === 'START' || command === 'STOP' || command === 'RESTART'
  if (!isOrdered) {
    const those = living.filter(({ subsystem }) => addressed === 'all' || subsystem === addressed)
    return { kind: 'send', sendings: [direct(those)] }
  }
  const sendings = subsystems
    .filter((subsystem) => addressed === 'all' || subsystem === addressed)
    .flatMap((subsystem) => {
      const members = living.filter((each) => each.subsystem === subsystem)
      const manager = members.find(({ figures }) =>
        figures.some(({ name, value }) => name === leads && value === 1),
      )
      if (manager) {
        const { component } = manager
        return [{ target: component, params: [subsystem], answeredBy: [component] }]
      }
      // Of all, those are meant that can be stopped.
      const meant = members.filter(({ name }) => addressed !== 'all' || name !== 'hmi')
      return meant.map((each) => direct([each], each.component))
    })
  return sendings.length > 0
    ? { kind: 'send', sendings }
    : { kind: 'refused', reason: `there is nothing to ${command}: all of ${addressed} are LOST` }
}
