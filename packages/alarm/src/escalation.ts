import type { Micros, WireIasio } from '@mla/model'

/**
 * Since when an alarm waits too long to be acknowledged; null where it does not, and where the
 * configuration gives no `patience`. It follows from the BSDB alone, so all who look agree, and nobody
 * has to remember it. The time counts from its present state and priority.
 */
export function escalatedSince(
  { value, annunciation, since }: Pick<WireIasio, 'value' | 'annunciation' | 'since'>,
  patience: Micros | null,
  now: Micros,
): Micros | null {
  const waits = annunciation === 'ANNUNCIATED' && value?.startsWith('SET_UNACK') === true
  if (patience === null || since === null || !waits) return null
  return since + patience <= now ? since + patience : null
}
