import type { PointId } from '@mla/model'

export interface Offender {
  readonly point: PointId
  readonly reason: string
}

/**
 * The points that are wrong at the moment, each with its reason. Each is news once, until it has
 * been right again.
 */
export function createOffenders() {
  const current = new Map<PointId, string>()
  let news: Offender[] = []
  return {
    wrong(point: PointId, reason: string): void {
      if (current.get(point) === reason) return
      current.set(point, reason)
      news.push({ point, reason })
    },
    right(point: PointId): void {
      if (current.size > 0) current.delete(point)
    },
    /** What went wrong since the last call. */
    takeNews(): readonly Offender[] {
      const taken = news
      news = []
      return taken
    },
    list: (): readonly Offender[] => [...current].map(([point, reason]) => ({ point, reason })),
    get count() {
      return current.size
    },
  }
}

export type Offenders = ReturnType<typeof createOffenders>
