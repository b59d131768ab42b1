import { MlaError } from '@mla/model'
import type { Alert, Silence } from './alerts.ts'

/** What of Alertmanager's API v2 is used. Each throws NOTIFICATION_FAILED. */
export interface Alertmanager {
  send(alerts: readonly Alert[]): Promise<void>
  silences(): Promise<readonly KnownSilence[]>
  /** Its id. */
  silence(silence: Silence): Promise<string>
  endSilence(id: string): Promise<void>
}

export interface KnownSilence {
  readonly id: string
  readonly status: { readonly state: string }
  readonly endsAt: string
  readonly matchers: Silence['matchers']
}

const withinMs = 5_000
const mostAtOnce = 500

export function connectAlertmanager(url: string, signal: AbortSignal): Alertmanager {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    try {
      const response = await fetch(`${url.replace(/\/$/, '')}/api/v2/${path}`, {
        method,
        signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`)
      return text === '' ? null : JSON.parse(text)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new MlaError('NOTIFICATION_FAILED', `Alertmanager, ${method} ${path}: ${reason}`, {
        cause,
      })
    }
  }
  return {
    async send(alerts) {
      for (let at = 0; at < alerts.length; at += mostAtOnce) {
        await call('POST', 'alerts', alerts.slice(at, at + mostAtOnce))
      }
    },
    silences: async () => (await call('GET', 'silences')) as readonly KnownSilence[],
    async silence(silence) {
      const answer = (await call('POST', 'silences', silence)) as { silenceID?: string } | null
      return answer?.silenceID ?? ''
    },
    async endSilence(id) {
      await call('DELETE', `silence/${id}`)
    },
  }
}
