import { type Micros, MlaError, microsOfMillis } from '@mla/model'
import { z } from 'zod'

/** An alert that Alertmanager has, such as one of Prometheus. */
export interface ShownAlert {
  readonly id: string
  readonly name: string
  readonly severity: string | null
  readonly state: string
  readonly time: Micros
  readonly summary: string | null
  readonly description: string | null
  readonly guidance: string | null
  readonly url: string | null
  readonly labels: Readonly<Record<string, string>>
}

/** The label that our alarms carry there: they are in our API already. */
const ourSource = 'mla-alarms'
const withinMs = 5_000
const texts = z.record(z.string(), z.string())
const shape = z.array(
  z.object({
    fingerprint: z.string(),
    startsAt: z.string(),
    generatorURL: z.string().optional(),
    labels: texts,
    annotations: texts,
    status: z.object({ state: z.string() }),
  }),
)
const severities = ['critical', 'error', 'warning', 'info']

/** What Alertmanager has beside our alarms, the gravest first. Throws NOTIFICATION_FAILED. */
export async function alertsAt(
  alertmanager: string,
  signal: AbortSignal,
): Promise<readonly ShownAlert[]> {
  try {
    const response = await fetch(`${alertmanager.replace(/\/$/, '')}/api/v2/alerts`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    })
    if (!response.ok) throw new Error(`it answers ${response.status}`)
    return shape
      .parse(await response.json())
      .filter(({ labels }) => labels['source'] !== ourSource)
      .map(shown)
      .sort((a, b) => rankOf(a) - rankOf(b) || b.time - a.time)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MlaError('NOTIFICATION_FAILED', `Alertmanager does not tell its alerts: ${reason}`, {
      cause,
    })
  }
}

const rankOf = ({ severity }: ShownAlert): number => {
  const rank = severities.indexOf(severity ?? '')
  return rank < 0 ? severities.length : rank
}

const shown = (alert: z.output<typeof shape>[number]): ShownAlert => {
  const { labels, annotations } = alert
  return {
    id: alert.fingerprint,
    name: labels['alertname'] ?? alert.fingerprint,
    severity: labels['severity'] ?? null,
    state: alert.status.state,
    time: microsOfMillis(Date.parse(alert.startsAt)),
    summary: annotations['summary'] ?? null,
    description: annotations['description'] ?? null,
    guidance: annotations['runbook_url'] ?? null,
    url: alert.generatorURL || null,
    labels,
  }
}
