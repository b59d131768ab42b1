import { millisOf, request } from './api.ts'

/** A moment in the plot: an alarm of a plotted point was set, somebody did or wrote something. */
export interface Mark {
  readonly kind: 'alarm' | 'action' | 'note'
  /** In seconds. */
  readonly time: number
  readonly words: string
}

export const markSigns: Readonly<Record<Mark['kind'], string>> = {
  ...{ alarm: '⚑', action: '✓', note: '✎' },
}

interface Known {
  readonly id: string
  readonly points: readonly string[]
  readonly description: string | null
}

/** More alarms of what is plotted than this are not told apart by lines. */
const mostAlarms = 20
const mostEach = 50
/** What concerns all points: what is done to single alarms is in their history. */
const commonActions =
  /^(command|beginCampaign|endCampaign|applyConfiguration|rollBackConfiguration)$/
/** In a longer range marks of actions would be a wall, and take long to find. */
const actionsWithinMs = 7 * 86_400_000
/** How long the list of alarms is kept: it changes with the configuration. */
const keptMs = 300_000
let kept: { readonly since: number; readonly alarms: Promise<readonly Known[]> } | null = null

function knownAlarms(): Promise<readonly Known[]> {
  if (kept === null || Date.now() - kept.since > keptMs) {
    const query = '{ alarms { id points description } }'
    const alarms = request<{ alarms: readonly Known[] }>(query, {}).then((found) => found.alarms)
    alarms.catch(() => {
      kept = null
    })
    kept = { since: Date.now(), alarms }
  }
  return kept.alarms
}

interface History {
  readonly edges: readonly {
    readonly node: {
      readonly time: string
      readonly from: string | null
      readonly to: string
      readonly action?: string | null
      readonly user?: string | null
      readonly comment?: string | null
    }
  }[]
}

interface Written {
  readonly time: string
  readonly text: string
  readonly by: string
}

interface Actions {
  readonly edges: readonly {
    readonly node: {
      readonly time: string
      readonly routine: string | null
      readonly message: string
    }
  }[]
}

/**
 * When alarms that these points set were set in a range of milliseconds, what operators did to them
 * and to all, and what they wrote down.
 */
export async function loadMarks(
  points: readonly string[],
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<readonly Mark[]> {
  const plotted = new Set(points)
  const own = (await knownAlarms())
    .filter((alarm) => alarm.points.some((point) => plotted.has(point)))
    .slice(0, mostAlarms)
  const fields = own.map(
    (
      _,
      i,
    ) => `a${i}: alarmHistory(id: $id${i}, from: $from, to: $to, first: ${mostEach}, order: NEWEST) {
      edges { node { time from to action user comment } } }`,
  )
  fields.push(`notes(from: $from, to: $to, points: $points, first: ${mostEach}) { time text by }`)
  if (to - from <= actionsWithinMs) {
    fields.push(`actions: logs(filter: { sources: ["mla/actions"], priorities: [NOTICE] }, from: $from, to: $to, first: ${mostEach}) {
      edges { node { time routine message } } }`)
  }
  const types = own.map((_, i) => `, $id${i}: ID!`).join('')
  const query = `query ($from: DateTime!, $to: DateTime!, $points: [ID!]${types}) { ${fields.join('\n')} }`
  const variables = {
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), points },
    ...Object.fromEntries(own.map(({ id }, i) => [`id${i}`, id])),
  }
  const found = await request<Found>(query, variables, signal)
  return [
    ...own.flatMap(({ id, description }, i) =>
      marksOf(found[`a${i}`] as History | undefined, description ?? id),
    ),
    ...(found.notes ?? []).map(({ time, text, by }) => markOf('note', time, `${by}: ${text}`)),
    ...(found.actions?.edges ?? [])
      .filter(({ node }) => commonActions.test(node.routine ?? ''))
      .map(({ node }) => markOf('action', node.time, node.message)),
  ]
}

interface Found extends Readonly<Record<string, unknown>> {
  readonly notes?: readonly Written[]
  readonly actions?: Actions
}

const markOf = (kind: Mark['kind'], time: string, words: string): Mark => ({
  ...{ kind, words, time: millisOf(time) / 1000 },
})

/**
 * The moments at which it was set, and what operators did to it; what else happened to it while it
 * was set is no new one.
 */
export const marksOf = (history: History | undefined, words: string): readonly Mark[] =>
  (history?.edges ?? []).flatMap(({ node }) => {
    const { time, from, to, action, user, comment } = node
    if (action && user) {
      return markOf('action', time, `${user}: ${action} ${words}${comment ? `: ${comment}` : ''}`)
    }
    const isNew = to.startsWith('SET') && !from?.startsWith('SET')
    return isNew ? markOf('alarm', time, words) : []
  })

/** The mark nearest to a time, within a distance; both in seconds. */
export function markAt(marks: readonly Mark[], time: number, within: number): Mark | null {
  let nearest: Mark | null = null
  for (const mark of marks) {
    const distance = Math.abs(mark.time - time)
    if (distance <= within && (!nearest || distance < Math.abs(nearest.time - time))) nearest = mark
  }
  return nearest
}
