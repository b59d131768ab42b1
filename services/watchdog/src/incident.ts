/** What people are told of. */
export const incidentNames = ['dead-man', 'archive'] as const
export type IncidentName = (typeof incidentNames)[number]

/** Something that is wrong, since when, and when people were told of it last. */
export interface Incident {
  readonly since: number
  readonly toldAt: number
}

export type News = 'begins' | 'goes on' | 'is over'

/**
 * What comes of a look: an incident is told when it begins, again after `repeatMs`, and when it is
 * over. Times in milliseconds.
 */
export function stepIncident(
  incident: Incident | null,
  isWrong: boolean,
  now: number,
  repeatMs: number,
): { readonly incident: Incident | null; readonly news: News | null } {
  if (!isWrong) return { incident: null, news: incident && 'is over' }
  if (!incident) return { incident: { since: now, toldAt: now }, news: 'begins' }
  if (now - incident.toldAt < repeatMs) return { incident, news: null }
  return { incident: { ...incident, toldAt: now }, news: 'goes on' }
}
