import { type Bus, mlaState } from '@mla/bus'
import type { Micros, PointId, StateDocument } from '@mla/model'
import { z } from 'zod'

const campaignSchema = z.object({
  id: z.string(),
  points: z.array(z.string()),
  /** The sampling interval that is asked of the servers, in milliseconds. */
  intervalMs: z.number().positive(),
  since: z.number(),
  until: z.number(),
  by: z.string(),
  why: z.string(),
  /** Who ended it before its time; null where nobody did. */
  endedBy: z.string().nullable(),
})

/**
 * An operator's wish to have points sampled faster for some time. It is a document on `mla.state`,
 * where it stays when it is over: collectors obey it, and people look it up.
 */
export interface Campaign extends z.output<typeof campaignSchema> {
  readonly points: PointId[]
}

const prefix = 'campaign/'

export const isActive = ({ since, until }: Campaign, now: Micros): boolean =>
  since <= now && now < until

/** The document that begins a campaign, or says how it is now. */
export const documentOf = (campaign: Campaign, time: Micros, by: string): StateDocument => ({
  ...{ key: `${prefix}${campaign.id}`, time, by },
  content: JSON.stringify(campaign),
})

/** Null for a document of another kind, or one that another version wrote and this one cannot read. */
export function campaignIn({ key, content }: StateDocument): Campaign | null {
  if (!key.startsWith(prefix)) return null
  try {
    return campaignSchema.parse(JSON.parse(content))
  } catch {
    return null
  }
}

/** Tells each campaign that there was and that comes, in order, until the signal. Throws BUS_UNAVAILABLE. */
export async function followCampaigns(
  bus: Pick<Bus, 'follow'>,
  signal: AbortSignal,
  told: (campaign: Campaign) => void,
): Promise<void> {
  for await (const followed of bus.follow(mlaState, 0, signal)) {
    if (followed.kind !== 'batch') continue
    for (const { record } of followed.messages) {
      const campaign = campaignIn(record)
      if (campaign) told(campaign)
    }
  }
}
