import type { Health, Log } from '@mla/kit'
import type { MlaError } from '@mla/model'

/** Tells operators once that Kafka is away, now and then that it still is, and that it is back. */
export interface Outage {
  failed(part: string, error: MlaError): void
  worked(part: string): void
  /** The part has ended: whether it works is no longer of interest. */
  forget(part: string): void
}

const remindMs = 60_000

export function createOutage(log: Log, health: Pick<Health, 'set'>, now = Date.now): Outage {
  const failing = new Map<string, { readonly reason: string; readonly since: number }>()
  let told = 0
  const tellHealth = () => {
    const [first] = failing.values()
    health.set('kafka', first ? first.reason : null)
  }
  return {
    failed(part, error) {
      const { since } = failing.get(part) ?? { since: now() }
      const isNew = !failing.has(part)
      failing.set(part, { reason: `${error.code}: ${error.message}`, since })
      tellHealth()
      if (!isNew && now() - told < remindMs) return
      told = now()
      const fields = { part, code: error.code, seconds: Math.round((now() - since) / 1000) }
      log.warn(fields, `Kafka: ${error.message}; trying on`)
    },
    worked(part) {
      const outage = failing.get(part)
      const isFirst = failing.size === 0
      failing.delete(part)
      if (isFirst || outage) tellHealth()
      if (!outage) return
      const seconds = Math.round((now() - outage.since) / 1000)
      log.info({ part, seconds }, 'Kafka: works again')
    },
    forget(part) {
      if (failing.delete(part)) tellHealth()
    },
  }
}
