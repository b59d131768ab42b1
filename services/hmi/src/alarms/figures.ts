import { type AlarmFigures, createFigures, parseAlarm, staleMicros } from '@mla/alarm'
import type { AlarmArchive, ArchivedTransition } from '@mla/archive'
import { formatTime, type Micros, MlaError } from '@mla/model'
import type { AlarmCatalogue } from './catalogue.ts'
import { wireIn } from './past.ts'

/** An alarm that stands for so long that nobody looks at it any more. */
export interface StaleAlarm {
  readonly alarm: string
  readonly since: Micros
}

export interface ShownFigures extends AlarmFigures {
  readonly from: Micros
  readonly to: Micros
  readonly stale: readonly StaleAlarm[]
}

const longestRange: Micros = 31 * 86_400_000_000
const pageSize = 10_000
const mostTransitions = 200_000

/** Throws QUERY_INVALID for a range that is none, QUERY_TOO_LARGE for one with too much in it. */
export async function alarmFigures(
  archive: AlarmArchive,
  catalogue: AlarmCatalogue,
  from: Micros,
  to: Micros,
): Promise<ShownFigures> {
  if (to <= from) throw new MlaError('QUERY_INVALID', 'to is not after from')
  if (to - from > longestRange) {
    throw new MlaError('QUERY_TOO_LARGE', 'the range is longer than 31 days; ask for a shorter one')
  }
  const figures = createFigures(from, to)
  let after: ArchivedTransition | null = null
  for (let read = 0; ; ) {
    const page = await archive.history({
      ...{ alarm: null, from, to, order: 'oldest', after, limit: pageSize },
    })
    for (const one of page) {
      const isAnnunciated = wireIn(one)?.annunciation === 'ANNUNCIATED'
      figures.take({ ...one, isAnnunciated })
    }
    read += page.length
    after = page.at(-1) ?? null
    if (page.length < pageSize) break
    if (read >= mostTransitions) {
      const upTo = after === null ? '' : ` up to ${formatTime(after.time)}`
      const message = `there are more than ${mostTransitions} transitions${upTo}; ask for a shorter range`
      throw new MlaError('QUERY_TOO_LARGE', message)
    }
  }
  const stale = staleOf(await archive.stateAt(to), catalogue, to)
  return { from, to, stale, ...figures.result() }
}

/** What stands since long before, the oldest first; an alarm that is no longer configured does not count. */
function staleOf(
  last: readonly ArchivedTransition[],
  catalogue: AlarmCatalogue,
  at: Micros,
): readonly StaleAlarm[] {
  return last
    .flatMap((one) => {
      const wire = wireIn(one)
      const since = wire?.setSince ?? null
      const isSet = wire !== null && parseAlarm(wire.value ?? '')?.isSet === true
      const isOut = wire?.annunciation === 'OUT_OF_SERVICE'
      if (!isSet || isOut || since === null || at - since <= staleMicros) return []
      return catalogue.making(one.alarm) ? { alarm: one.alarm, since } : []
    })
    .sort((a, b) => a.since - b.since)
}
