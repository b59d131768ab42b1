import { alarmPlugins, type Bus } from '@mla/bus'
import { type ComponentParts, componentIdOf, runComponent } from '@mla/control'
import { microsOfMillis } from '@mla/model'
import type { Complaint } from './complaints.ts'
import { createManager } from './manage.ts'
import { pluginBatchOf } from './plugin.ts'
import { staysOnline } from './stays-online.ts'

export interface RunManagerParts extends Omit<ComponentParts, 'bus'> {
  readonly bus: Pick<Bus, 'follow' | 'publish' | 'consume'>
  readonly stuckSeconds?: number
  /** Told of all complaints, as often as the manager looks. */
  readonly complain?: (complaints: readonly Complaint[], isLeading: boolean) => void
}

/** The alarm subsystem takes a value that is not refreshed for a while for unreliable. */
const refreshMs = 2_000

/** Runs a manager, which is a component itself, until the life ends. */
export async function runManager({
  stuckSeconds = 60,
  complain = () => {},
  ...parts
}: RunManagerParts): Promise<void> {
  const { bus, life, subsystem } = parts
  const component = componentIdOf(life.instance)
  const stuckMicros = stuckSeconds * 1e6
  let words = ''
  let sentMs = 0
  let isSending = false

  /** One batch is on its way at most: what the bus does not take is sent anew, as it is then. */
  const tellAlarms = (complaints: readonly Complaint[], isLeading: boolean): void => {
    complain(complaints, isLeading)
    const now = Date.now()
    const said = JSON.stringify(complaints)
    if (!isLeading || isSending || (said === words && now - sentMs < refreshMs)) return
    isSending = true
    sentMs = now
    const record = pluginBatchOf(subsystem, complaints, microsOfMillis(now))
    bus
      .publish(alarmPlugins, [{ key: record.plugin, record }])
      .then(
        () => {
          words = said
        },
        (error: unknown) => life.log.debug({ err: error }, 'alarms are not told of components'),
      )
      .finally(() => {
        isSending = false
      })
  }
  const manager = createManager({
    ...{ bus, life, component, subsystem, stuckMicros, complain: tellAlarms },
  })
  const { obey, figures } = manager
  await runComponent({ ...parts, staysOnline, obey, figures }, ({ life, cdb }) =>
    manager.run(life, cdb),
  )
}
