import type { Archive, ArchivedTransition } from '@mla/archive'
import { type Micros, MlaError } from '@mla/model'
import type { Catalogue } from '../catalogue.ts'
import type { Latest } from '../latest.ts'
import { type DataQuality, dataQuality } from '../night-report/data-quality.ts'
import { type Downtime, downtimeOf } from '../night-report/downtime.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

const sdl = /* GraphQL */ `
"How long an alarm of priority HIGH or CRITICAL was set"
type DowntimeCause {
  alarm: ID!
  "The gravest that it had"
  priority: AlarmPriority!
  "How often it was set; once where it was set before and stayed"
  count: Int!
  seconds: Float!
  longestSeconds: Float!
}

"Time in which an alarm of priority HIGH or CRITICAL was set"
type Downtime {
  "In which at least one was set"
  seconds: Float!
  "The longest first"
  causes: [DowntimeCause!]!
}

"Of what quality the values of a system were: shares of all, 0 to 1"
type SystemQuality {
  system: String!
  points: Int!
  good: Float!
  uncertain: Float!
  bad: Float!
  "Without any value, or with the mark of a gap"
  missing: Float!
}

"Of what quality values were, looked at at some moments"
type DataQuality {
  moments: [DateTime!]!
  systems: [SystemQuality!]!
}

extend type Query {
  "Downtime of [from, to) by cause, at most 31 days"
  downtime(from: DateTime!, to: DateTime!): Downtime!
  "Of what quality the values of each system were at six moments of [from, to)"
  dataQuality(from: DateTime!, to: DateTime!): DataQuality!
}
`

const longestRange: Micros = 31 * 86_400_000_000
const pageSize = 10_000
const mostTransitions = 200_000

export interface NightReportParts {
  readonly archive: Pick<Archive, 'alarms'>
  readonly latest: Latest
  readonly catalogue: () => Catalogue
  readonly now: () => Micros
}

interface RangeArgs {
  readonly from: Micros
  readonly to: Micros
}

/** What a night report needs beside figures of alarms, records of actions and notes. */
export const nightReportArea = ({ archive, latest, catalogue, now }: NightReportParts): Area => ({
  sdl,
  queries: {
    async downtime({ from, to }: RangeArgs): Promise<Downtime> {
      const until = checked(from, to, now())
      const [before, transitions] = [await archive.alarms.stateAt(from), [] as ArchivedTransition[]]
      for await (const some of pagesOf(archive, from, until)) transitions.push(...some)
      return downtimeOf(before, transitions, from, until)
    },
    async dataQuality({ from, to }: RangeArgs, context: RequestContext): Promise<DataQuality> {
      const until = checked(from, to, now())
      const points = catalogue().sorted.map(({ id }) => id)
      context.spend(points.length)
      return dataQuality(points, from, until, latest.at)
    },
  },
})

/** What is to come has not happened. Throws QUERY_INVALID, QUERY_TOO_LARGE. */
function checked(from: Micros, to: Micros, now: Micros): Micros {
  if (to <= from) throw new MlaError('QUERY_INVALID', 'to is not after from')
  if (from >= now) throw new MlaError('QUERY_INVALID', 'from lies in the future')
  if (to - from > longestRange) {
    throw new MlaError('QUERY_TOO_LARGE', 'the range is longer than 31 days; ask for a shorter one')
  }
  return Math.min(to, now)
}

async function* pagesOf({ alarms }: Pick<Archive, 'alarms'>, from: Micros, to: Micros) {
  let after: ArchivedTransition | null = null
  for (let read = 0; ; ) {
    const page: readonly ArchivedTransition[] = await alarms.history({
      ...{ alarm: null, from, to, order: 'oldest', after, limit: pageSize },
    })
    yield page
    read += page.length
    after = page.at(-1) ?? null
    if (page.length < pageSize) return
    if (read >= mostTransitions) {
      const message = `there are more than ${mostTransitions} transitions; ask for a shorter range`
      throw new MlaError('QUERY_TOO_LARGE', message)
    }
  }
}
