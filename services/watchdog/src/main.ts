import { runService } from '@mla/kit'
import { runWatchdog, watchdogConfig } from './index.ts'

await runService({
  name: 'watchdog',
  config: watchdogConfig,
  ownHttp: true,
  run: ({ config, life }) => runWatchdog({ settings: config }, life),
})
