import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '@mla/bus'
import type { Life } from '@mla/kit'
import { microsOfMillis } from '@mla/model'
import { acquire } from './acquire.ts'
import { type AlarmAcquisitionSettings, alarmAcquisitionEnv } from './config.ts'
import { createIntake, type Way } from './intake.ts'
import { openHttp } from './listen-http.ts'
import { type Listener, type ListenerParts, openTcp } from './listen-tcp.ts'
import { createReport } from './report.ts'

export interface AlarmAcquisitionParts {
  readonly bus: Pick<Bus, 'consume' | 'follow' | 'publish'>
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
    port: number,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        await using listener = await open({ intake, report, host, port, mostConnections })
        report.listening(way, host, listener.port)
        listening(way, listener.port)
        await aborted(signal)
        return
      } catch (error) {
        report.notListening(way, error)
        await delay(listenAgainMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }
  const listeners = [
    listen('http', openHttp, settings.MLA_ALARM_HTTP_PORT),
    listen('tcp', openTcp, settings.MLA_ALARM_TCP_PORT),
  ]
  await Promise.all([...listeners, acquire({ bus, report, now }, life)])
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

export { type AlarmAcquisitionSettings, alarmAcquisitionEnv } from './config.ts'
export { createReport, type Report } from './report.ts'
