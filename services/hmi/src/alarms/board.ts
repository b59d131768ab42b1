import { type BsdbTable, createBsdbTable } from '@mla/alarm'
import { alarmBsdb, type Bus } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import { retry } from '@mla/kit'
import type { Micros, WireIasio } from '@mla/model'
import type { Newest } from '../newest-subscription.ts'
import { type AlarmCatalogue, alarmCatalogueOf, noAlarms } from './catalogue.ts'
import { type AlarmStatus, byUrgency, isStale, statusOf } from './status.ts'

/** The alarms as they are now. */
export interface AlarmBoard extends Newest<AlarmStatus> {
  readonly catalogue: AlarmCatalogue
  /** The most urgent first. */
  list(): readonly AlarmStatus[]
  /** The newest of any IASIO. */
  wireOf(id: string): WireIasio | null
  configure(cdb: Cdb): void
}

export interface AlarmBoardParts {
  readonly bus: Pick<Bus, 'follow'>
  readonly signal: AbortSignal
  readonly now: () => Micros
  caughtUp(): void
  failed(error: unknown, what: string): void
}

/** Longer than the refresh of any alarm in use: after it all that live have been heard. */
const lookBackMicros = 60_000_000
const lookMs = 1_000

/** Follows the BSDB until aborted. */
export function followAlarms({ bus, signal, now, caughtUp, failed }: AlarmBoardParts): AlarmBoard {
  let catalogue = noAlarms
  const table: BsdbTable = createBsdbTable(() => true)
  const watchers = new Set<(ids: readonly string[]) => void>()
  const stale = new Set<string>()
  let since = now() - lookBackMicros

  const tell = (ids: readonly string[]): void => {
    if (ids.length > 0) for (const watcher of watchers) watcher(ids)
  }
  const isShown = ({ type, id }: WireIasio): boolean =>
    type === 'ALARM' && catalogue.making(id) !== null
  const status = (wire: WireIasio): AlarmStatus | null =>
    isShown(wire) ? statusOf(wire, catalogue, now()) : null

  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(alarmBsdb, since, signal)) {
      if (one.kind === 'caught-up') {
        caughtUp()
        continue
      }
      const changed: string[] = []
      for (const { record, appendTime } of one.messages) {
        since = Math.max(since, appendTime - lookBackMicros)
        for (const { entry } of table.take(record)) {
          if (isShown(entry.wire)) changed.push(entry.wire.id)
        }
      }
      tell(changed)
    }
  }
  retry(follow, signal, (error) => failed(error, 'alarms are away; trying again')).catch(
    (error: unknown) => signal.aborted || failed(error, 'alarms are not followed'),
  )
  /** Those whose supervisor has fallen silent, or speaks again. */
  const look = (): void => {
    const changed: string[] = []
    const time = now()
    for (const { wire } of table.all()) {
      if (wire.type !== 'ALARM') continue
      if (isStale(wire, catalogue, time) === stale.has(wire.id)) continue
      if (!stale.delete(wire.id)) stale.add(wire.id)
      if (isShown(wire)) changed.push(wire.id)
    }
    tell(changed)
  }
  const looks = setInterval(look, lookMs)
  signal.addEventListener('abort', () => clearInterval(looks), { once: true })

  return {
    get catalogue() {
      return catalogue
    },
    list: () => [...table.all()].flatMap(({ wire }) => status(wire) ?? []).sort(byUrgency),
    get(id) {
      const entry = table.get(id)
      return entry && status(entry.wire)
    },
    keyOf: ({ id }) => id,
    wireOf: (id) => table.get(id)?.wire ?? null,
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    configure(cdb) {
      catalogue = alarmCatalogueOf(cdb)
      tell([...table.all()].flatMap(({ wire }) => (isShown(wire) ? wire.id : [])))
    },
  }
}
