import type { ComponentDeclaration } from '@mla/cdb'
import { type ComponentStatus, nameOf } from '@mla/control'

/** A member of the subsystem mon, as the roster shows it. */
export const memberOf = (
  component: string,
  state: ComponentStatus['state'],
  more: Partial<ComponentStatus> = {},
): ComponentStatus => ({
  ...{ component, name: nameOf(component), subsystem: 'mon', host: 'a', version: '1', time: 0 },
  ...{ started: 0, intervalMs: 2000, state, reason: null, since: 0, isWanted: true },
  ...{ hasEnded: false, cpuPercent: 0, memoryBytes: 0, logLevel: 'info', figures: [] },
  ...{ configuration: null, configurationProblem: null, lastHeartbeat: 0 },
  ...more,
})

const declare = (name: string, needs: readonly string[]): [string, ComponentDeclaration] => [
  name,
  { name, description: null, subsystem: 'mon', needs, instances: 1 },
]

/** The archive's side first, then what feeds it. */
export const declared = new Map([
  declare('dispatcher', []),
  declare('collector', ['dispatcher']),
  declare('prober', ['collector']),
])
