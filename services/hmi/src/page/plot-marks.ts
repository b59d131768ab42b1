import { millisOf, request } from './api.ts'

/** A moment in the plot: an alarm of a plotted point was set. */
export interface Mark {
  /** In seconds. */
  readonly time: number
  readonly words: string
}

interface Known {
  readonly id: string
  readonly points: readonly string[]
  readonly description: string | null
}

/** More alarms of what is plotted than this are not told apart by lines. */
const mostAlarms = 20
const mostEach = 50
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
    readonly node: { readonly time: string; readonly from: string | null; readonly to: string }
  }[]
}

/** When alarms that these points set were set in a range of milliseconds. */
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
  if (own.length === 0) return []
  const fields = own.map(
    (
      _,
      i,
    ) => `a${i}: alarmHistory(id: $id${i}, from: $from, to: $to, first: ${mostEach}, order: NEWEST) {
      edges { node { time from to } } }`,
  )
  const types = own.map((_, i) => `$id${i}: ID!`).join(', ')
  const query = `query ($from: DateTime!, $to: DateTime!, ${types}) { ${fields.join('\n')} }`
  const variables = {
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    ...Object.fromEntries(own.map(({ id }, i) => [`id${i}`, id])),
  }
  const found = await request<Readonly<Record<string, History>>>(query, variables, signal)
  return own.flatMap(({ id, description }, i) => marksOf(found[`a${i}`], description ?? id))
}

/** The moments at which it was set; what happened to it while it was set is no new one. */
export const marksOf = (history: History | undefined, words: string): readonly Mark[] =>
  (history?.edges ?? [])
    .filter(({ node }) => node.to.startsWith('SET') && !node.from?.startsWith('SET'))
    .map(({ node }) => ({ time: millisOf(node.time) / 1000, words }))

/** The mark nearest to a time, within a distance; both in seconds. */
export function markAt(marks: readonly Mark[], time: number, within: number): Mark | null {
  let nearest: Mark | null = null
  for (const mark of marks) {
    const distance = Math.abs(mark.time - time)
    if (distance <= within && (!nearest || distance < Math.abs(nearest.time - time))) nearest = mark
  }
  return nearest
}
