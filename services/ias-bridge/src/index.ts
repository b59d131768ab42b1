import { alarmBsdb, type Bus } from '@mla/bus'
import { type Life, retry } from '@mla/kit'
import { type Micros, microsOfMillis } from '@mla/model'
import { commandsIn } from './commands.ts'
import { heartbeatsOut } from './heartbeats.ts'
import { iasBsdb, iasCommands, iasPlugins, iasTopics } from './ias-topics.ts'
import { passOn } from './pass.ts'
import { createReport } from './report.ts'
import { bsdbIn, bsdbOut, pluginsIn } from './values.ts'

export interface IasBridgeParts {
  readonly ours: Pick<Bus, 'publish' | 'consume' | 'follow'>
  /** The bus of IAS, which may be the same. */
  readonly ias: Pick<Bus, 'publish' | 'consume' | 'createTopics'>
  readonly now?: () => Micros
}

/** Runs ias-bridge until the life ends. */
export async function runIasBridge(
  { ours, ias, now = () => microsOfMillis(Date.now()) }: IasBridgeParts,
  life: Life,
): Promise<void> {
  const { signal } = life
  const report = createReport(life)
  life.health.set(life.name, 'waiting for partitions')
  try {
    await retry(() => ias.createTopics(iasTopics), signal, report.busAway)
  } catch (error) {
    if (signal.aborted) return
    // Who may not make topics finds those of IAS.
    report.failed(error)
  }
  const parts = { ours, ias, report, now }
  await Promise.all([
    passOn(ias, iasPlugins, pluginsIn(parts), report, signal),
    passOn(ias, iasBsdb, bsdbIn(parts), report, signal),
    passOn(ias, iasCommands, commandsIn(parts), report, signal),
    passOn(ours, alarmBsdb, bsdbOut(parts), report, signal),
    heartbeatsOut(parts, signal),
  ])
}

export { iasBridgeEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
