import { formatDuration, type Micros, microsPerDay, microsPerSecond } from '@mla/model'
import { bucketWidth } from '../buckets.ts'
import type { ArchiveClass, Tier } from '../port.ts'

/** As `Series.tier` says it: 1s, 1m, 10m, 1h. */
export const tierName = ({ widthMicros }: Tier): string => formatDuration(widthMicros)

/** How much time a stored chunk of a tier covers: a UTC day, or an hour where buckets are many. */
export const chunkMicros = ({ widthMicros }: Tier): Micros =>
  widthMicros < 60 * microsPerSecond ? 3600 * microsPerSecond : microsPerDay

/** What a query reads instead of raw samples, and how wide its buckets are then. */
export interface TierChoice {
  readonly tier: Tier
  readonly widthMicros: Micros
  /** False where raw samples of a part of the range are over already. */
  readonly rawCovers: boolean
}

interface Wanted {
  readonly from: Micros
  readonly to: Micros
  readonly maxPoints: number
  readonly widthMicros?: Micros
}

/**
 * The coarsest tier that makes up the buckets wanted and reaches back far enough. Null where raw
 * samples are to be read: they are there, and the buckets are narrower than any tier's. Where they
 * are over, the finest tier that is still there.
 */
export function chooseTier(
  { rollups = [], retentionDays }: Pick<ArchiveClass, 'rollups' | 'retentionDays'>,
  wanted: Wanted,
  now: Micros,
): TierChoice | null {
  const reaches = (days: number | null) => days === null || now - days * microsPerDay <= wanted.from
  const widthMicros = wanted.widthMicros ?? bucketWidth(wanted, wanted.maxPoints)
  const rawCovers = reaches(retentionDays)
  const tiers = [...rollups].sort((a, b) => a.widthMicros - b.widthMicros)
  const reaching = tiers.filter((tier) => reaches(tier.retentionDays))
  const fitting = reaching.filter((tier) => widthMicros % tier.widthMicros === 0)
  const tier = fitting.at(-1)
  if (tier) return { tier, widthMicros, rawCovers }
  const finest = reaching[0] ?? tiers.at(-1)
  if (rawCovers || !finest) return null
  const wider = wanted.widthMicros ?? bucketWidth(wanted, wanted.maxPoints, finest.widthMicros)
  if (wider % finest.widthMicros !== 0) return null
  return { tier: finest, widthMicros: wider, rawCovers }
}

/** The tier that carries the sketches: the coarsest, which is kept longest. Null without tiers. */
export const sketchTier = (tiers: readonly Tier[] = []): Tier | null =>
  tiers.reduce<Tier | null>(
    (most, tier) => (most === null || tier.widthMicros > most.widthMicros ? tier : most),
    null,
  )
