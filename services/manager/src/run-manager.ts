import type { Bus } from '@mla/bus'
import { type ComponentParts, componentIdOf, runComponent } from '@mla/control'
import { microsOfMillis } from '@mla/model'
import { createPlugin } from '@mla/plugin'
import type { Complaint } from './complaints.ts'
import { managerName } from './config.ts'
import { createManager } from './manage.ts'
import { readingsOf } from './plugin.ts'
import { staysOnline } from './stays-online.ts'

export interface RunManagerParts extends Omit<ComponentParts, 'bus'> {
  readonly bus: Pick<Bus, 'follow' | 'publish' | 'consume'>
  readonly stuckSeconds?: number
  /** Told of all complaints, as often as the manager looks. */
  readonly complain?: (complaints: readonly Complaint[], isLeading: boolean) => void
}

/** The alarm subsystem takes a value that is not refreshed for a while for unreliable. */
const refreshMicros = 2_000_000

/** Runs a manager, which is a component itself, until the life ends. */
export async function runManager({
  stuckSeconds = 60,
  complain = () => {},
  ...parts
}: RunManagerParts): Promise<void> {
  const { bus, life, subsystem } = parts
  const component = componentIdOf(life.instance)
  const stuckMicros = stuckSeconds * 1e6
  await using plugin = createPlugin({
    ...{ bus, plugin: managerName(subsystem), monitoredSystem: 'MLA' },
    now: () => microsOfMillis(Date.now()),
    failed: (error) => life.log.debug({ err: error }, 'alarms are not told of components'),
  })

  /** Only who leads confirms what it told; so what nobody watches becomes unreliable. */
  const tellAlarms = (complaints: readonly Complaint[], isLeading: boolean): void => {
    complain(complaints, isLeading)
    if (!isLeading) return
    for (const [id, value] of readingsOf(subsystem, complaints)) {
      plugin.put(id, { value }, refreshMicros)
    }
    plugin.refresh()
  }
  const manager = createManager({
    ...{ bus, life, component, subsystem, stuckMicros, complain: tellAlarms },
  })
  const { obey, figures } = manager
  await runComponent({ ...parts, staysOnline, obey, figures }, ({ life, cdb }) =>
    manager.run(life, cdb),
  )
}
