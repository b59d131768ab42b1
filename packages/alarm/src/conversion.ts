import type { Micros, PluginBatch, PluginValue } from '@mla/model'
import { type Iasio, type IasType, modes, noProperties } from './iasio.ts'
import { formatRunningId, identifierFault, splitInstance } from './identifier.ts'
import { parseIasValue } from './value-text.ts'

/** What a converter knows of the configuration. */
export interface ConversionRules {
  /** By the id without an instance. */
  readonly iasios: ReadonlyMap<string, { readonly type: IasType; readonly template: string | null }>
  readonly templates: ReadonlyMap<string, { readonly min: number; readonly max: number }>
}

export const conversionFaults = {
  unknown: 'No IASIO of this identifier is declared.',
  instance:
    'It names an instance of a template where there is none, none where there is one, or one out of range.',
  value: 'The text is no value of the type that is declared.',
  mode: 'There is no such operational mode.',
} as const
export type ConversionFault = keyof typeof conversionFaults

export interface Rejected {
  readonly value: PluginValue
  readonly fault: ConversionFault
  readonly message: string
}

/** Makes IASIOs of what plugins sent. Nothing is lost in silence: what is none is told, and why. */
export interface Converter {
  convert(
    batch: PluginBatch,
    received: Micros,
    now: Micros,
  ): { readonly iasios: readonly Iasio[]; readonly rejected: readonly Rejected[] }
}

/** The plugin's word on validity is kept: only stamps, type and identity are added. */
export function createConverter(converter: string, rules: ConversionRules): Converter {
  const runningIds = new Map<string, string>()
  const mostIds = 500_000

  function runningIdOf({ plugin, monitoredSystem }: PluginBatch, id: string): string {
    const key = `${monitoredSystem}\n${plugin}\n${id}`
    const known = runningIds.get(key)
    if (known !== undefined) return known
    const made = formatRunningId([
      { id: monitoredSystem, type: 'MONITORED_SOFTWARE_SYSTEM' },
      { id: plugin, type: 'PLUGIN' },
      { id: converter, type: 'CONVERTER' },
      { id, type: 'IASIO' },
    ])
    if (runningIds.size < mostIds) runningIds.set(key, made)
    return made
  }

  return {
    convert(batch, received, now) {
      const iasios: Iasio[] = []
      const rejected: Rejected[] = []
      for (const value of batch.values) {
        const reject = (fault: ConversionFault, message: string): void => {
          rejected.push({ value, fault, message })
        }
        const { base, instance } = splitInstance(value.id)
        const declared = rules.iasios.get(base)
        if (!declared || identifierFault(value.id) !== null) {
          reject('unknown', `there is no IASIO "${value.id.slice(0, 100)}"`)
          continue
        }
        const { type, template } = declared
        const range = template === null ? null : (rules.templates.get(template) ?? null)
        const fits = range
          ? instance !== null && instance >= range.min && instance <= range.max
          : instance === null
        if (!fits) {
          const wanted = range ? `an instance from ${range.min} to ${range.max}` : 'no instance'
          reject('instance', `"${value.id}" needs ${wanted}`)
          continue
        }
        const mode = modes.find((one) => one === value.mode)
        if (mode === undefined) {
          reject('mode', `"${value.mode.slice(0, 60)}" is none of ${modes.join(', ')}`)
          continue
        }
        const parsed = value.value === null ? null : parseIasValue(type, value.value)
        if (value.value !== null && parsed === null) {
          reject('value', `"${value.value.slice(0, 60)}" is no ${type}`)
          continue
        }
        iasios.push({
          ...{
            id: value.id,
            fullRunningId: runningIdOf(batch, value.id),
            type,
            value: parsed,
            mode,
          },
          validity: parsed === null ? 'UNRELIABLE' : value.validity,
          stamps: {
            ...{ readFromMonitoredSystem: value.sampled, production: value.produced },
            ...{ sentToConverter: batch.published, receivedFromPlugin: received },
            ...{ convertedProduction: now, sentToBsdb: now, readFromBsdb: null },
          },
          dependencies: [],
          properties: noProperties,
        })
      }
      return { iasios, rejected }
    },
  }
}
