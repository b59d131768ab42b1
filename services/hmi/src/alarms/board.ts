import { type BsdbTable, createBsdbTable, createBursts, escalatedSince } from '@mla/alarm'
import { alarmBsdb, type Bus } from '@mla/bus'
import type { Cdb } from '@mla/cdb'
import { retry } from '@mla/kit'
import type { Micros, WireIasio } from '@mla/model'
import type { Newest } from '../newest-subscription.ts'
import { type AlarmCatalogue, alarmCatalogueOf, noAlarms } from './catalogue.ts'
import { relationsOf } from './relations.ts'
import { type AlarmStatus, byUrgency, isShelfEnding, isStale, statusOf } from './status.ts'

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
  /** What time alone has made of alarms; those of which it has made nothing are left out. */
  const marks = new Map<string, string>()
  let since = now() - lookBackMicros

  const tell = (ids: readonly string[]): void => {
    if (ids.length > 0) for (const watcher of watchers) watcher(ids)
  }
  const isShown = ({ type, id }: WireIasio): boolean =>
    type === 'ALARM' && catalogue.making(id) !== null
  const wireOf = (id: string) => table.get(id)?.wire ?? null
  const wires = () => [...table.all()].map(({ wire }) => wire)
  let bursts = createBursts()
  const firstOutOf = (id: string): string | null => bursts.firstOf(id)
  let relations = relationsOf(firstOutOf, wireOf, catalogue)
  const status = (wire: WireIasio): AlarmStatus | null => {
    if (!isShown(wire)) return null
    return statusOf(wire, { catalogue, relations, time: now(), isPast: false })
  }

  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(alarmBsdb, since, signal)) {
      if (one.kind === 'caught-up') {
        caughtUp()
        continue
      }
      const changed = new Set<string>()
      for (const { record, appendTime } of one.messages) {
        since = Math.max(since, appendTime - lookBackMicros)
        for (const { entry, before } of table.take(record)) {
          if (!isShown(entry.wire)) continue
          changed.add(entry.wire.id)
          bursts.put(entry.wire.id, entry.wire.setSince)
          if (before?.wire.value === entry.wire.value) continue
          for (const other of catalogue.consequencesOf(entry.wire.id)) changed.add(other)
        }
      }
      tell([...changed])
    }
  }
  retry(follow, signal, (error) => failed(error, 'alarms are away; trying again')).catch(
    (error: unknown) => signal.aborted || failed(error, 'alarms are not followed'),
  )
  const markOf = (wire: WireIasio, time: Micros): string => {
    const patience = catalogue.making(wire.id)?.escalateAfter ?? null
    return (
      (isStale(wire, catalogue, time) ? 'stale ' : '') +
      (isShelfEnding(wire, time) ? 'shelf ' : '') +
      (escalatedSince(wire, patience, time) === null ? '' : 'escalated')
    )
  }
  /** Whose supervisor has fallen silent or speaks again, whose shelf is to end, who waits too long. */
  const look = (): void => {
    const changed: string[] = []
    const time = now()
    for (const { wire } of table.all()) {
      if (wire.type !== 'ALARM') continue
      const mark = markOf(wire, time)
      if (mark === (marks.get(wire.id) ?? '')) continue
      if (mark === '') marks.delete(wire.id)
      else marks.set(wire.id, mark)
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
    list: () =>
      wires()
        .flatMap((wire) => status(wire) ?? [])
        .sort(byUrgency),
    get(id) {
      const entry = table.get(id)
      return entry && status(entry.wire)
    },
    keyOf: ({ id }) => id,
    wireOf,
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    configure(cdb) {
      catalogue = alarmCatalogueOf(cdb)
      relations = relationsOf(firstOutOf, wireOf, catalogue)
      bursts = createBursts()
      for (const wire of wires()) if (isShown(wire)) bursts.put(wire.id, wire.setSince)
      tell([...table.all()].flatMap(({ wire }) => (isShown(wire) ? wire.id : [])))
    },
  }
}
