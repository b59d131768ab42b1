import { ApiError, at, loadLatest, millisOf, type Sample, sampleFields } from './api.ts'
import type { PointTree } from './point-tree.ts'
import type { Socket } from './socket.ts'
import { whenMoved } from './time-cursor.ts'

/** The newest sample of every point that this page has heard of, by place in the tree's list. */
export interface LiveValues {
  readonly last: (index: number) => Sample | undefined
  /** Milliseconds of `last`; 0 when there is none. */
  readonly timeOf: (index: number) => number
  /** 0 unknown, 1 good, 2 uncertain, 3 bad, by index. */
  readonly qualities: Uint8Array
  /** Milliseconds of the newest sample of all; 0 before the first. */
  readonly newest: () => number
  /** Takes only times and qualities, as of a look at all points. */
  readonly note: (samples: readonly Pick<Sample, 'point' | 'time' | 'quality'>[]) => void
  /** Takes samples that were fetched; older ones than known are left out. */
  readonly take: (samples: readonly Sample[]) => void
}

const qualityCodes = { GOOD: 1, UNCERTAIN: 2, BAD: 3 } as const

export function createLiveValues(tree: PointTree, changed: () => void): LiveValues {
  const samples: (Sample | undefined)[] = new Array(tree.points.length)
  const times = new Float64Array(tree.points.length)
  const qualities = new Uint8Array(tree.points.length)
  let newest = 0
  return {
    last: (index) => samples[index],
    timeOf: (index) => times[index] ?? 0,
    qualities,
    newest: () => newest,
    note(fresh) {
      for (const { point, time, quality } of fresh) {
        const index = tree.indexOf.get(point)
        const millis = millisOf(time)
        if (index === undefined || millis < (times[index] ?? 0)) continue
        qualities[index] = qualityCodes[quality]
        if (millis > newest) newest = millis
      }
    },
    take(fresh) {
      for (const sample of fresh) {
        const index = tree.indexOf.get(sample.point)
        if (index === undefined) continue
        const time = millisOf(sample.time)
        if (samples[index] && time < (times[index] ?? 0)) continue
        samples[index] = sample
        times[index] = time
        qualities[index] = qualityCodes[sample.quality]
        if (time > newest) newest = time
      }
      changed()
    },
  }
}

const query = `subscription Samples($points: [ID!]!) {
  samples(points: $points) { ${sampleFields} }
}`

export interface Watch {
  /** Wants exactly these from now on. The former ones go on until the first of these are here. */
  readonly set: (points: readonly string[]) => void
}

interface WatchParts {
  readonly socket: Socket
  readonly take: (samples: readonly Sample[]) => void
  readonly failed: (message: string) => void
}

/**
 * A subscription to a set of points that changes, as when a table scrolls. On a page turned to the
 * past their values of that moment.
 */
export function createWatch({ socket, take, failed }: WatchParts): Watch {
  let key = ''
  let past: readonly string[] = []
  whenMoved(() => fetchPast(past))
  const fetchPast = async (points: readonly string[]): Promise<void> => {
    past = points
    if (points.length === 0) return
    try {
      take(await loadLatest(points))
    } catch (error) {
      failed(error instanceof ApiError ? error.message : 'The values could not be read.')
    }
  }
  let stop: (() => void) | null = null
  return {
    set(points) {
      const nextKey = points.join('\n')
      if (nextKey === key) return
      key = nextKey
      if (at !== null) {
        void fetchPast(points)
        return
      }
      const stopFormer = stop
      stop = null
      if (points.length === 0) {
        stopFormer?.()
        return
      }
      let isFirst = true
      stop = socket.subscribe({
        query,
        variables: { points },
        next(data) {
          if (isFirst) stopFormer?.()
          isFirst = false
          take(data['samples'] as readonly Sample[])
        },
        failed(message) {
          stopFormer?.()
          failed(message)
        },
      })
    },
  }
}
