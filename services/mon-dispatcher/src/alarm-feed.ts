import { type Bus, monSamplesOf } from '@mla/bus'
import type { AlarmInput, Cdb, Point } from '@mla/cdb'
import { retry } from '@mla/kit'
import { latestOrder, type Micros, type PointId, type Sample } from '@mla/model'
import { createPlugin, type Plugin, type SavedValue } from '@mla/plugin'
import { readingOf } from './reading-of.ts'
import type { FeedReport } from './report-feed.ts'

export interface FeedParts {
  readonly bus: Pick<Bus, 'publish' | 'follow'>
  readonly report: FeedReport
  readonly now: () => Micros
  /** What the archive has last of some points. */
  readonly latest: (points: readonly PointId[]) => Promise<ReadonlyMap<PointId, Sample>>
  readonly signal: AbortSignal
}

/** What a successor goes on with, by plugin. */
export type SavedFeed = Readonly<Record<string, readonly SavedValue[]>>

/**
 * The monitoring points that alarms read, as a plugin of the alarm system. A change goes at once; what
 * does not change goes again while its lane is alive. Its production times are those of the log, so who
 * reads the same samples again sends the same values again.
 */
export interface AlarmFeed extends AsyncDisposable {
  configure(cdb: Pick<Cdb, 'alarms' | 'points'>): void
  /** Samples of a lane in their order; `time` is when the log got them. None is a sign of life, too. */
  take(lane: string, samples: readonly Sample[], time: Micros): void
  wants(point: PointId): boolean
  /** To be called each second or so. */
  refresh(): void
  /** Resolves when there is room for more. */
  room(): Promise<void>
  save(): SavedFeed
}

interface Fed extends AlarmInput {
  readonly sender: Plugin
  /** Whose life keeps its value alive; of a point that is made of others, that of the last of those. */
  lane: string
}

/** The archive has what is older: a block is cut after five minutes. */
const archivedMicros = 600_000_000

export function createAlarmFeed(parts: FeedParts, saved: SavedFeed): AlarmFeed {
  const { bus, report, now, latest, signal } = parts
  const senders = new Map<string, Plugin>()
  /** When the log had something of a lane last. */
  const aliveAt = new Map<string, Micros>()
  let byPoint: ReadonlyMap<PointId, readonly Fed[]> = new Map()
  let byIasio: ReadonlyMap<string, Fed> = new Map()
  const confirmed = (id: string): Micros => aliveAt.get(byIasio.get(id)?.lane ?? '') ?? 0

  function senderOf({ plugin, monitoredSystem }: AlarmInput): Plugin {
    const key = `${monitoredSystem}/${plugin}`
    const open = senders.get(key)
    if (open) return open
    const made = createPlugin({ bus, plugin, monitoredSystem, now, ...report })
    made.load(saved[key] ?? [])
    senders.set(key, made)
    return made
  }

  const tell = (fed: Fed, sample: Sample, produced: Micros): void =>
    fed.sender.put(fed.iasio, { ...readingOf(sample, fed.type), produced }, fed.refreshMs * 1000)

  /** Points that do not change say nothing: what they were last is in the archive, or in the log. */
  async function prime(wanted: readonly Fed[]): Promise<void> {
    const points = [...new Set(wanted.map(({ point }) => point))]
    const find = async () => new Map(await latest(points))
    const found = await retry(find, signal, report.notPrimed)
    const reading = new AbortController()
    const until = AbortSignal.any([signal, reading.signal])
    const ours = monSamplesOf((point) => byPoint.has(point))
    for await (const one of bus.follow(ours, now() - archivedMicros, until)) {
      if (one.kind === 'caught-up') break
      for (const { record } of one.messages) {
        for (const sample of record.samples) {
          if (!byPoint.has(sample.point)) continue
          const last = found.get(sample.point)
          if (!last || latestOrder(sample) >= latestOrder(last)) found.set(sample.point, sample)
        }
      }
    }
    reading.abort()
    for (const fed of wanted) {
      const sample = found.get(fed.point)
      if (sample && !fed.sender.has(fed.iasio)) tell(fed, sample, latestOrder(sample))
    }
  }

  return {
    configure({ alarms, points }) {
      const feds = (alarms?.inputs ?? []).map((input): Fed => {
        const known = byIasio.get(input.iasio)?.lane
        const lane = known ?? laneOf(points.get(input.point))
        return { ...input, lane, sender: senderOf(input) }
      })
      for (const { iasio, sender } of byIasio.values()) {
        if (!feds.some((one) => one.iasio === iasio && one.sender === sender)) sender.forget(iasio)
      }
      byIasio = new Map(feds.map((one) => [one.iasio, one]))
      byPoint = Map.groupBy(feds, ({ point }) => point)
      report.configured(feds.length)
      const unknown = feds.filter(({ sender, iasio }) => !sender.has(iasio))
      if (unknown.length > 0) prime(unknown).catch(report.notPrimed)
    },
    take(lane, samples, time) {
      aliveAt.set(lane, time)
      for (const sample of samples) {
        const feds = byPoint.get(sample.point)
        if (feds === undefined) continue
        for (const fed of feds) {
          fed.lane = lane
          tell(fed, sample, time)
        }
      }
    },
    wants: (point) => byPoint.has(point),
    refresh() {
      for (const sender of senders.values()) sender.refresh(confirmed)
    },
    async room() {
      for (const sender of senders.values()) await sender.room()
    },
    save: () => Object.fromEntries([...senders].map(([key, sender]) => [key, sender.save()])),
    async [Symbol.asyncDispose]() {
      for (const sender of senders.values()) await sender[Symbol.asyncDispose]()
    },
  }
}

const laneOf = (point: Point | undefined): string => (point ? `${point.source}.${point.lane}` : '')
