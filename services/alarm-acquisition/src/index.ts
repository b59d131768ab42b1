import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@mla/bus'
import type { Life } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { acquire } from './acquire.ts'
import { type AlarmAcquisitionSettings, alarmAcquisitionEnv } from './config.ts'
import { createIntake, type Way } from './intake.ts'
import { listenFault } from './listen-fault.ts'
import { openHttp } from './listen-http.ts'
import { type Listener, type ListenerParts, openTcp } from './listen-tcp.ts'
import { createReport } from './report.ts'

export interface AlarmAcquisitionParts {
  readonly bus: Pick<Bus, 'consume' | 'follow' | 'publish'>
  /** Nothing of it counts here; whoever asks is told the version that this process has, too. */
  readonly cdb?: AsyncIterable<unknown>
  readonly settings?: AlarmAcquisitionSettings
  /** Told of each port that it listens on. */
  readonly listening?: (way: Way, port: number) => void
}

const listenAgainMs = 5_000

/** Runs alarm-acquisition until the life ends: what plugins sent before that is on the bus then. */
export async function runAlarmAcquisition(parts: AlarmAcquisitionParts, life: Life): Promise<void> {
  const { bus, settings = alarmAcquisitionEnv.parse({}), listening = () => {} } = parts
  const { signal } = life
  const report = createReport(life)
  const now = () => microsOfMillis(Date.now())
  const intake = createIntake(bus, report, settings, now)
  life.health.set(life.name, 'waiting for partitions')
  const { MLA_ALARM_HOST: host, MLA_ALARM_CONNECTIONS: mostConnections } = settings

  /** A port that another program has is tried again: the rest works meanwhile. */
  async function listen(
    way: Way,
    open: (parts: ListenerParts) => Promise<Listener>,
    setting: 'MLA_ALARM_HTTP_PORT' | 'MLA_ALARM_TCP_PORT',
  ): Promise<void> {
    const port = settings[setting]
    while (!signal.aborted) {
      try {
        await using listener = await open({ intake, report, host, port, mostConnections })
        report.listening(way, host, listener.port)
        listening(way, listener.port)
        await aborted(signal)
        return
      } catch (error) {
        report.notListening(way, listenFault(error, host, port, setting), error)
        await delay(listenAgainMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }
  const listeners = [
    listen('http', openHttp, 'MLA_ALARM_HTTP_PORT'),
    listen('tcp', openTcp, 'MLA_ALARM_TCP_PORT'),
  ]
  await Promise.all([...listeners, follow(parts.cdb), acquire({ bus, report, now }, life)])
}

async function follow(versions: AsyncIterable<unknown> | undefined): Promise<void> {
  for await (const _ of versions ?? []) {
    // To have asked for the next one is what says that this one runs.
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

export { type AlarmAcquisitionSettings, alarmAcquisitionEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
