import type { Micros, PluginBatch } from '@mla/model'
import type { Complaint } from './complaints.ts'
import { managerName } from './config.ts'

const kinds: readonly Complaint['kind'][] = [
  ...(['lost', 'missing', 'fault', 'degraded', 'hanging', 'stuck', 'configuration'] as const),
]

/** The IASIO that says of how many components of a subsystem there is such a complaint. */
export const iasioOf = (subsystem: string, kind: Complaint['kind']): string =>
  `MLA-${subsystem}-${kind}`

/**
 * What the manager tells the alarm subsystem as one of its plugins: a whole number for each kind of
 * complaint, and the words, in one text. All of them each time, so that a value that is not
 * refreshed means that nobody watches the subsystem.
 */
export function pluginBatchOf(
  subsystem: string,
  complaints: readonly Complaint[],
  now: Micros,
): PluginBatch {
  const value = (id: string, text: string) => ({
    ...{ id, value: text, sampled: now, produced: now },
    ...{ mode: 'OPERATIONAL', validity: 'RELIABLE' as const },
  })
  const counts = kinds.map((kind) => {
    const count = complaints.filter((one) => one.kind === kind).length
    return value(iasioOf(subsystem, kind), String(count))
  })
  const words = complaints.map(({ about, text }) => `${about}: ${text}`).join('; ')
  return {
    ...{ plugin: managerName(subsystem), monitoredSystem: 'MLA', published: now },
    values: [...counts, value(`MLA-${subsystem}-complaints`, words.slice(0, 2_000))],
  }
}
