import type { Metrics } from '@mla/kit'
import type { Figure } from '@mla/model'

/** The metrics that are figures of a heartbeat, with the names that operators see. */
const shown: readonly (readonly [metric: string, name: string])[] = [
  ['mla_records_received_total', 'received'],
  ['mla_records_sent_total', 'sent'],
  ['mla_records_rejected_total', 'rejected'],
  ['mla_errors_total', 'errors'],
  ['mla_bus_lag_messages', 'lag'],
]

/** Reads what a service has counted: its figures need no code of their own. */
export async function figuresOf(
  { registry }: Pick<Metrics, 'registry'>,
  service: string,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [metric, name] of shown) {
    const found = await registry.getSingleMetric(metric)?.get()
    const own = (found?.values ?? []).filter(({ labels }) => labels['service'] === service)
    if (own.length === 0) continue
    figures.push({ name, value: own.reduce((sum, { value }) => sum + Number(value), 0) })
  }
  return figures
}
