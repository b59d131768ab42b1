/** What the plot shows: the last `span` milliseconds, or a fixed range. */
export type Range =
  | { readonly kind: 'live'; readonly span: number }
  | { readonly kind: 'fixed'; readonly from: number; readonly to: number }

/** Everything that a reload or a colleague needs to see the same. */
export interface View {
  readonly branch: string
  readonly search: string
  readonly plotted: readonly string[]
  readonly range: Range
  readonly zone: 'utc' | 'local'
}

export const defaultView: View = {
  branch: '',
  search: '',
  plotted: [],
  range: { kind: 'live', span: 300_000 },
  zone: 'utc',
}

/** At most this many points in one plot; more cannot be told apart. */
export const maxPlotted = 8

/** Reads the part of the address behind `#`; what it does not understand stays at its default. */
export function parseHash(hash: string): View {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  return {
    branch: fields.get('b') ?? '',
    search: fields.get('q') ?? '',
    plotted: (fields.get('p') ?? '').split(',').filter(Boolean).slice(0, maxPlotted),
    range: parseRange(fields.get('r') ?? ''),
    zone: fields.get('z') === 'local' ? 'local' : 'utc',
  }
}

/** As `formatRange` writes it; else the default. */
export function parseRange(text: string): Range {
  const live = /^live:(\d+)$/.exec(text)
  if (live) {
    const span = Number(live[1]) * 1000
    return span >= 1000 && span <= maxSpan ? { kind: 'live', span } : defaultView.range
  }
  const [from, to] = text.split('..').map((time) => Date.parse(time))
  if (from !== undefined && to !== undefined && to > from) return { kind: 'fixed', from, to }
  return defaultView.range
}

/** Twenty years. */
export const maxSpan = 20 * 366 * 86_400_000

/** The shortest text that parseHash reads back; empty for the default view. */
export function formatHash(view: View): string {
  const fields: string[] = []
  const add = (name: string, value: string): void => {
    fields.push(`${name}=${encodeURIComponent(value).replace(/%(2F|2C|3A)/g, decodeURIComponent)}`)
  }
  if (view.branch) add('b', view.branch)
  if (view.search) add('q', view.search)
  if (view.plotted.length > 0) add('p', view.plotted.join(','))
  const range = formatRange(view.range)
  if (range !== formatRange(defaultView.range)) add('r', range)
  if (view.zone === 'local') add('z', 'local')
  return fields.length > 0 ? `#${fields.join('&')}` : ''
}

export const formatRange = (range: Range): string =>
  range.kind === 'fixed'
    ? `${new Date(range.from).toISOString()}..${new Date(range.to).toISOString()}`
    : `live:${Math.round(range.span / 1000)}`
