import { defaultView, formatRange, parseRange, type Range } from './permalink.ts'

export const paneKinds = ['plot', 'table', 'gauge', 'alarms', 'logs'] as const
export type PaneKind = (typeof paneKinds)[number]

/** One pane of a page that somebody composed. */
export interface PaneSpec {
  readonly kind: PaneKind
  /** Columns of the page's four. */
  readonly width: number
  /** Rows of the page's grid. */
  readonly height: number
  /** Above the pane; empty: what it shows. */
  readonly title: string
  /**
   * Points of a plot, a table, a gauge; of alarms a part of the path; of logs the least priority
   * and a source.
   */
  readonly items: readonly string[]
}

/** All that a page of panes shows: it stands in its address, and is saved and shared as that. */
export interface Layout {
  readonly name: string
  readonly panes: readonly PaneSpec[]
  readonly range: Range
  readonly zone: 'utc' | 'local'
}

export const mostWide = 4
export const mostHigh = 3
/** More panes than this nobody looks at, and more points in one pane cannot be told apart. */
export const mostPanes = 40
export const mostItems: Readonly<Record<PaneKind, number>> = {
  ...{ plot: 10, table: 200, gauge: 12, alarms: 1, logs: 2 },
}

/** Reads the part of the address behind `#`; what it does not understand is left out. */
export function parseLayout(hash: string): Layout {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  return {
    name: fields.get('n') ?? '',
    panes: fields
      .getAll('w')
      .flatMap((text) => paneOf(text) ?? [])
      .slice(0, mostPanes),
    range: fields.has('r') ? parseRange(fields.get('r') ?? '') : defaultView.range,
    zone: fields.get('z') === 'local' ? 'local' : 'utc',
  }
}

function paneOf(text: string): PaneSpec | null {
  const [name, size = '', title = '', ...items] = text.split(',')
  const kind = paneKinds.find((each) => each === name)
  const [, width, height] = /^(\d)x(\d)$/.exec(size) ?? []
  if (!kind || !width || !height) return null
  return {
    ...{ kind, title, items: items.filter(Boolean).slice(0, mostItems[kind]) },
    width: Math.min(mostWide, Math.max(1, Number(width))),
    height: Math.min(mostHigh, Math.max(1, Number(height))),
  }
}

/** The text that parseLayout reads back. */
export function formatLayout({ name, panes, range, zone }: Layout): string {
  const fields: string[] = []
  const add = (field: string, value: string): void => {
    fields.push(`${field}=${encodeURIComponent(value).replace(/%(2F|2C|3A)/g, decodeURIComponent)}`)
  }
  if (name) add('n', name)
  for (const pane of panes) add('w', paneWords(pane))
  if (formatRange(range) !== formatRange(defaultView.range)) add('r', formatRange(range))
  if (zone === 'local') add('z', 'local')
  return fields.length > 0 ? `#${fields.join('&')}` : ''
}

const paneWords = ({ kind, width, height, title, items }: PaneSpec): string =>
  [kind, `${width}x${height}`, title.replaceAll(',', ' '), ...items].join(',')

/** What stands above a pane that has no title. */
export function titleOf({ kind, title, items }: PaneSpec): string {
  if (title) return title
  if (kind === 'alarms') return items[0] ? `Alarms: ${items[0]}` : 'Alarms'
  if (kind === 'logs') return ['Logs', ...items].join(' ')
  const front = commonPath(items)
  if (front) return front
  return items.length === 1 ? (items[0] ?? '') : `${items.length} points`
}

/** The part of the path that all have. */
function commonPath(ids: readonly string[]): string {
  const parts = (ids[0] ?? '').split('/')
  let count = parts.length
  for (const id of ids) {
    const own = id.split('/')
    let same = 0
    while (same < count && own[same] === parts[same]) same++
    count = same
  }
  return parts.slice(0, count).join('/')
}
