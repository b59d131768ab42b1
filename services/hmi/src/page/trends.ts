import { ApiError, loadHistory, type Sample, serverNow } from './api.ts'
import { appendSamples, type Trace, traceOf, trim } from './plot-data.ts'
import type { PointTree } from './point-tree.ts'

/** How far back the small trends in the table reach. */
export const trendMs = 300_000
/** About a value for each pixel of width that a trend has. */
const maxPoints = 100
/** Trends of rows that have left the screen are kept up to here, for scrolling back. */
const maxKept = 400

export interface Trends {
  /** Fetches what is missing for the rows at these places. */
  readonly want: (places: readonly number[]) => void
  readonly take: (samples: readonly Sample[]) => void
  readonly of: (place: number) => Trace | undefined
  /** Fetches all anew, as after the connection was away. */
  readonly reset: () => void
}

interface Parts {
  readonly tree: PointTree
  readonly changed: () => void
  readonly failed: (words: string) => void
}

/** The last minutes of the points on the screen. */
export function createTrends({ tree, changed, failed }: Parts): Trends {
  const traces = new Map<number, Trace>()
  let wanted: readonly number[] = []
  let loading: AbortController | null = null

  const load = async (places: readonly number[]): Promise<void> => {
    loading?.abort()
    const current = new AbortController()
    loading = current
    const points = places.flatMap((place) => tree.points[place] ?? [])
    const now = serverNow()
    try {
      const ids = points.map(({ id }) => id)
      // A little beyond the present, for servers whose clocks are ahead.
      const range = { from: now - trendMs, to: now + 1000, max: maxPoints, before: false }
      const { history } = await loadHistory(ids, range, current.signal)
      for (const series of history) {
        const place = tree.indexOf.get(series.point)
        const point = tree.points[place ?? -1]
        if (place !== undefined && point) traces.set(place, traceOf(point, series, new Map()))
      }
      changed()
    } catch (error) {
      if (current.signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      failed(`${error.message} The trends in the table are missing.`)
    }
  }

  const want = (places: readonly number[]): void => {
    wanted = places
    const missing = places.filter((place) => !traces.has(place))
    if (missing.length > 0) void load(missing)
    if (traces.size <= maxKept) return
    const keep = new Set(places)
    for (const place of traces.keys()) if (!keep.has(place)) traces.delete(place)
  }

  return {
    want,
    of: (place) => traces.get(place),
    reset() {
      traces.clear()
      want(wanted)
    },
    take(samples) {
      for (const sample of samples) {
        const trace = traces.get(tree.indexOf.get(sample.point) ?? -1)
        if (!trace) continue
        appendSamples(trace, [sample])
        trim(trace, (serverNow() - trendMs) / 1000)
      }
    },
  }
}
