import type { Sample } from '@mla/model'
import type { PointRules } from './normalise.ts'

/**
 * Whether a sample travels on (null) or the reason why it is suppressed, under which it is then
 * counted. This is the place of the per-sample policies of the CDB: unchanged values, status,
 * pass window. The CDB has none of them, so every sample travels on.
 */
export const admit = (_rules: PointRules, _sample: Sample): string | null => null
