import type { PluginBatch, PluginValue } from '@mla/model'

/**
 * Knows the values that a plugin has sent before. A copy has the same production stamp, value, mode and
 * validity; a value that is sent again to say that it still holds has a new production stamp, keeps
 * the value alive, and is no copy.
 */
export interface RepeatFilter {
  /** The batch without copies; the same object where there are none. */
  admit(batch: PluginBatch): PluginBatch
  readonly counts: RepeatCounts
}

export interface RepeatCounts {
  readonly admitted: number
  readonly repeats: number
  /** Values that are not known any more, since there are too many: a copy of theirs would pass. */
  readonly forgotten: number
}

export interface RepeatLimits {
  /** How many values of one identifier are remembered; a redelivery goes back further only rarely. */
  readonly remembered: number
  readonly identifiers: number
}

const usualLimits: RepeatLimits = { remembered: 16, identifiers: 200_000 }

export function createRepeatFilter(limits: RepeatLimits = usualLimits): RepeatFilter {
  /** By plugin and identifier, the one that was not heard of for longest first. */
  const known = new Map<string, string[]>()
  const counts = { admitted: 0, repeats: 0, forgotten: 0 }

  function isNew(plugin: string, value: PluginValue): boolean {
    const key = `${plugin}\n${value.id}`
    const seen = known.get(key) ?? []
    const signature = signatureOf(value)
    if (seen.includes(signature)) return false
    seen.push(signature)
    if (seen.length > limits.remembered) seen.shift()
    known.delete(key)
    known.set(key, seen)
    return true
  }

  return {
    counts,
    admit(batch) {
      const values = batch.values.filter((value) => isNew(batch.plugin, value))
      counts.admitted += values.length
      counts.repeats += batch.values.length - values.length
      for (const key of known.keys()) {
        if (known.size <= limits.identifiers) break
        known.delete(key)
        counts.forgotten++
      }
      return values.length === batch.values.length ? batch : { ...batch, values }
    },
  }
}

const signatureOf = ({ produced, mode, validity, value }: PluginValue): string =>
  `${produced} ${mode} ${validity} ${value === null ? '' : `=${value}`}`
