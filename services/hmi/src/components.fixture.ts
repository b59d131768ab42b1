import { type ComponentStatus, nameOf } from '@mla/control'

/** A component as the roster shows it. */
export const componentOf = (
  component: string,
  more: Partial<ComponentStatus> = {},
): ComponentStatus => ({
  ...{ component, name: nameOf(component), subsystem: 'mon', host: 'a', version: '1', time: 0 },
  ...{ started: 0, intervalMs: 2000, state: 'ONLINE', reason: null, since: 0, isWanted: true },
  ...{ hasEnded: false, cpuPercent: 0, memoryBytes: 0, logLevel: 'info', figures: [] },
  ...{ configuration: null, configurationProblem: null, lastHeartbeat: 0 },
  ...more,
})
