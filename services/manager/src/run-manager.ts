import type { Bus } from '@mla/bus'
import { type ComponentParts, componentIdOf, runComponent } from '@mla/control'
import type { Complaint } from './complaints.ts'
import { createManager } from './manage.ts'
import { staysOnline } from './stays-online.ts'

export interface RunManagerParts extends Omit<ComponentParts, 'bus'> {
  readonly bus: Pick<Bus, 'follow' | 'publish' | 'consume'>
  readonly stuckSeconds?: number
  readonly complain?: (complaints: readonly Complaint[], isLeading: boolean) => void
}

/** Runs a manager, which is a component itself, until the life ends. */
export async function runManager({
  stuckSeconds = 60,
  complain = () => {},
  ...parts
}: RunManagerParts): Promise<void> {
  const { bus, life, subsystem } = parts
  const component = componentIdOf(life.instance)
  const stuckMicros = stuckSeconds * 1e6
  const manager = createManager({ bus, life, component, subsystem, stuckMicros, complain })
  const { obey, figures } = manager
  await runComponent({ ...parts, staysOnline, obey, figures }, ({ life, cdb }) =>
    manager.run(life, cdb),
  )
}
