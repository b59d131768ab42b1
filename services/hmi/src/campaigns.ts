import { type Bus, mlaState } from '@mla/bus'
import { type Campaign, documentOf, followCampaigns, isActive } from '@mla/control'
import { retry } from '@mla/kit'
import { type Micros, MlaError, microsPerSecond, type PointId } from '@mla/model'
import type { Catalogue } from './catalogue.ts'

/** What campaigns may do to the servers, the collectors and the archive. */
export const campaignLimits = {
  points: 2_000,
  minutes: 24 * 60,
  shortestMs: 1,
  /** Of all campaigns at once. */
  valuesPerSecond: 20_000,
} as const

export interface WantedCampaign {
  readonly points: readonly PointId[]
  readonly intervalMs: number
  readonly duration: Micros
  readonly why: string
}

/** Points that operators have sampled faster for some time. */
export interface Campaigns {
  /** The newest first. */
  list(): readonly Campaign[]
  /** Throws QUERY_INVALID or QUERY_TOO_LARGE, with what is wrong of it; BUS_UNAVAILABLE. */
  begin(wanted: WantedCampaign, by: string): Promise<Campaign>
  /** Ends one before its time. Throws QUERY_INVALID for one that is not active. */
  end(id: string, by: string): Promise<Campaign>
}

export interface CampaignsParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly catalogue: () => Catalogue
  readonly signal: AbortSignal
  readonly now: () => Micros
  failed(error: unknown, what: string): void
}

export function createCampaigns(parts: CampaignsParts): Campaigns {
  const { bus, signal, now, failed } = parts
  const campaigns = new Map<string, Campaign>()
  const take = (campaign: Campaign): void => void campaigns.set(campaign.id, campaign)
  const unknown = (error: unknown) => failed(error, 'campaigns are not followed')
  retry(() => followCampaigns(bus, signal, take), signal, unknown).catch((error: unknown) => {
    if (!signal.aborted) unknown(error)
  })
  const active = () => [...campaigns.values()].filter((one) => isActive(one, now()))

  async function publish(campaign: Campaign, by: string): Promise<Campaign> {
    const record = documentOf(campaign, now(), by)
    await bus.publish(mlaState, [{ key: record.key, record }])
    take(campaign)
    return campaign
  }

  return {
    list: () => [...campaigns.values()].sort((a, b) => b.since - a.since),
    async begin(wanted, by) {
      check(wanted, parts.catalogue(), active())
      const since = now()
      const { points, intervalMs, duration, why } = wanted
      const campaign = {
        ...{ id: since.toString(36), points: [...new Set(points)], intervalMs, by, why },
        ...{ since, until: since + duration, endedBy: null },
      }
      return publish(campaign, by)
    },
    async end(id, by) {
      const campaign = campaigns.get(id)
      if (!campaign || !isActive(campaign, now())) {
        const others = active().map((one) => one.id)
        const known = others.length === 0 ? 'none is active' : `active are ${others.join(', ')}`
        throw invalid(`id: no campaign "${id.slice(0, 60)}" is active; ${known}`)
      }
      return publish({ ...campaign, until: now(), endedBy: by }, by)
    },
  }
}

const rateOf = ({
  points,
  intervalMs,
}: Pick<Campaign, 'intervalMs'> & { points: readonly string[] }) =>
  (points.length * 1000) / intervalMs

function check(
  wanted: WantedCampaign,
  { points: known }: Catalogue,
  active: readonly Campaign[],
): void {
  const { points, intervalMs, duration, why } = wanted
  const { valuesPerSecond, minutes, shortestMs } = campaignLimits
  if (points.length === 0) throw invalid('points: name at least one')
  if (points.length > campaignLimits.points) {
    throw tooLarge(`points: at most ${campaignLimits.points}, not ${points.length}`)
  }
  if (why.trim() === '') throw invalid('why: say what is looked for')
  if (!(intervalMs >= shortestMs)) throw invalid(`intervalMs: at least ${shortestMs}`)
  if (duration < microsPerSecond || duration > minutes * 60 * microsPerSecond) {
    throw invalid(`duration: from 1s to ${minutes / 60}h`)
  }
  for (const id of points) {
    const point = known.get(id)
    if (!point) throw invalid(`points: there is no ${id}`)
    if (point.derived) throw invalid(`points: ${id} is derived; name what it is made of`)
    if (point.intervalMs <= intervalMs) {
      throw invalid(`points: ${id} is sampled every ${point.intervalMs} ms as it is`)
    }
  }
  const rate = [wanted, ...active].reduce((sum, one) => sum + rateOf(one), 0)
  if (rate > valuesPerSecond) {
    throw tooLarge(
      `with the campaigns that are active these would be ${Math.round(rate)} values/s, more than ` +
        `${valuesPerSecond}; name fewer points or a longer interval, or end another`,
    )
  }
}

const invalid = (message: string): MlaError => new MlaError('QUERY_INVALID', message)
const tooLarge = (message: string): MlaError => new MlaError('QUERY_TOO_LARGE', message)
