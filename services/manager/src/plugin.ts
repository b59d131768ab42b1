import type { Complaint } from './complaints.ts'

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
export function readingsOf(
  subsystem: string,
  complaints: readonly Complaint[],
): ReadonlyMap<string, string> {
  const words = complaints.map(({ about, text }) => `${about}: ${text}`).join('; ')
  return new Map([
    ...kinds.map((kind): [string, string] => {
      const count = complaints.filter((one) => one.kind === kind).length
      return [iasioOf(subsystem, kind), String(count)]
    }),
    [`MLA-${subsystem}-complaints`, words.slice(0, 2_000)],
  ])
}
