import type { IncidentName, News } from './incident.ts'

/** What people are told, in whatever way it reaches them. */
export interface Message {
  readonly incident: IncidentName
  readonly news: News
  readonly subject: string
  readonly text: string
  readonly time: string
}

const what: Record<IncidentName, { wrong: string; right: string; meaning: string; page: string }> =
  {
    'dead-man': {
      wrong: 'The dead-man alert is silent',
      right: 'The dead-man alert is heard again',
      meaning:
        'Prometheus or Alertmanager does not work, or cannot reach the watchdog. Until it is mended no alert can be trusted to arrive.',
      page: 'MLADeadMan',
    },
    archive: {
      wrong: 'Nothing new is archived',
      right: 'New samples are archived again',
      meaning:
        'No source has a new sample in the archive: collectors, Kafka, the dispatcher or Cassandra do not work.',
      page: 'MLAArchiveStale',
    },
  }

export function messageOf(
  incident: IncidentName,
  news: News,
  lastGood: number,
  now: number,
): Message {
  const { wrong, right, meaning, page } = what[incident]
  const time = new Date(now).toISOString()
  const last = new Date(lastGood).toISOString()
  const age = `${Math.round((now - lastGood) / 1000)} s ago`
  if (news === 'is over') {
    return { incident, news, time, subject: `[MLA] ${right}`, text: `${right} since ${time}.\n` }
  }
  const still = news === 'goes on' ? ' (still)' : ''
  const text = `${wrong}. The last sign was at ${last}, ${age}.\n\n${meaning}\n\nWhat to do: docs/runbooks/${page}.md\n`
  return { incident, news, time, subject: `[MLA] ${wrong}${still}`, text }
}
