import { millisOf } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showTime } from './format.ts'
import { kindOf } from './logs-store.ts'

export interface LogBucket {
  readonly time: string
  readonly count: number
  readonly counts: readonly { readonly priority: string; readonly count: number }[]
}

export interface BarsRange {
  readonly from: number
  readonly to: number
  /** Milliseconds of a bar. */
  readonly every: number
}

/** Records over time, a bar each; errors are full, warnings hatched, the rest grey. */
export function drawBars(
  buckets: readonly LogBucket[],
  { from, to, every }: BarsRange,
  zone: 'utc' | 'local',
  chosen: (until: number) => void,
): void {
  const byTime = new Map(buckets.map((bucket) => [millisOf(bucket.time), bucket]))
  const most = Math.max(1, ...buckets.map(({ count }) => count))
  const bars: HTMLElement[] = []
  const first = Math.floor(from / every) * every
  for (let time = first; time < to; time += every) {
    const bucket = byTime.get(time)
    const sums = { bad: 0, uncertain: 0, usual: 0 }
    for (const { priority, count } of bucket?.counts ?? []) {
      sums[kindOf(priority) || 'usual'] += count
    }
    const words = `${showTime(time, zone)}: ${bucket?.count ?? 0} records, ${sums.bad} errors, ${sums.uncertain} warnings`
    const bar = element('button', { type: 'button', title: words, 'aria-label': words })
    for (const kind of ['bad', 'uncertain', 'usual'] as const) {
      if (sums[kind] === 0) continue
      const part = element('i', { class: kind })
      // What is there at all is seen, also beside a thousand times as many.
      part.style.height = `max(2px, ${((100 * sums[kind]) / most).toFixed(2)}%)`
      bar.append(part)
    }
    bar.addEventListener('click', () => chosen(time + every))
    bars.push(bar)
  }
  byId('bars').replaceChildren(...bars)
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  setText(byId('bars-words'), `${total} records since ${showTime(from, zone)}`)
}
