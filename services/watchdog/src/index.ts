import type { Life } from '@mla/kit'
import { askNewest } from './archive-age.ts'
import { openChannels } from './channels.ts'
import type { WatchdogSettings } from './config.ts'
import { openHttp } from './http.ts'
import { createOutbox } from './outbox.ts'
import { createReport } from './report.ts'
import { createWatch, keepLooking } from './watch.ts'

export interface WatchdogParts {
  readonly settings: WatchdogSettings
  /** Told once of the port that it listens on. */
  readonly listening?: (port: number) => void
}

/** Runs the watchdog until the life ends. Throws CONFIG_INVALID. */
export async function runWatchdog(parts: WatchdogParts, life: Life): Promise<void> {
  const { settings } = parts
  const report = createReport(life)
  const channels = await openChannels(settings)
  const rules = {
    silentMs: settings.MLA_WATCHDOG_SILENT_SECONDS * 1000,
    staleMs: settings.MLA_WATCHDOG_STALE_SECONDS * 1000,
    checkMs: settings.MLA_WATCHDOG_CHECK_SECONDS * 1000,
    repeatMs: settings.MLA_WATCHDOG_REPEAT_MINUTES * 60_000,
  }
  const nowMs = Date.now
  const ask = () => askNewest(settings.MLA_WATCHDOG_METRICS, report.cannotAsk)
  const outbox = createOutbox(channels, report)
  const watch = createWatch({ report, outbox, askNewest: ask, nowMs, rules })
  await using http = await openHttp(
    { report, nowMs, heard: watch.heard },
    life,
    settings.MLA_HEALTH_PORT,
    settings.MLA_WATCHDOG_HOST,
  )
  const names = channels.map(({ name }) => name)
  report.began(names, nowMs())
  life.health.set(life.name, null)
  parts.listening?.(http.port)
  await keepLooking(watch, rules.checkMs, life.signal)
}

export { type WatchdogSettings, watchdogConfig } from './config.ts'
