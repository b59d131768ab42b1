import type { AlarmInput } from '@mla/cdb'
import { formatTime, qualityOf, type Sample, type Value } from '@mla/model'
import type { Reading } from '@mla/plugin'

/**
 * What alarms see of a sample, as IAS writes values. Only what is GOOD is reliable; what is BAD is no
 * value at all, so that what is made of it stays as it was, UNRELIABLE.
 */
export function readingOf(
  sample: Sample,
  type: AlarmInput['type'],
): Pick<Reading, 'value' | 'validity' | 'sampled'> {
  const quality = qualityOf(sample.status)
  const value = quality === 'BAD' ? null : textOf(sample, type)
  const isReliable = quality === 'GOOD' && value !== null
  const sampled = sample.sourceTime ?? sample.serverTime ?? sample.collectedTime
  return { value, validity: isReliable ? 'RELIABLE' : 'UNRELIABLE', sampled }
}

function textOf({ value, text }: Sample, type: AlarmInput['type']): string | null {
  if (value === null) return null
  if (type === 'STRING') return text ?? scalarText(value)
  if (type === 'TIMESTAMP' && typeof value === 'number') return formatTime(value)
  return Array.isArray(value) ? `[${value.map(scalarText).join(', ')}]` : scalarText(value)
}

const scalarText = (value: Value): string => (Object.is(value, -0) ? '-0' : String(value))
