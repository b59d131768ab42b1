import type { AlarmPriority } from './alarm-state.ts'
import { alarmPriorities } from './alarm-state.ts'
import type { AsceRules, DasuRules, IasioRules } from './dasu-rules.ts'
import type { IasType } from './iasio.ts'

/** Numbers in [0, 1), the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A DASU of up to a dozen ASCEs, of which each reads inputs or what others before it make. */
export function randomDasu(random: () => number): DasuRules {
  const whole = (most: number): number => Math.floor(random() * most)
  const pick = <T>(list: readonly T[]): T | undefined => list[whole(list.length)]
  const iasios = new Map<string, IasioRules>()
  const declare = (id: string, type: IasType): string => {
    iasios.set(id, { id, type, canShelve: true })
    return id
  }
  const numbers = Array.from({ length: 1 + whole(4) }, (_, i) => declare(`N${i}`, 'DOUBLE'))
  const booleans = Array.from({ length: 1 + whole(3) }, (_, i) => declare(`B${i}`, 'BOOLEAN'))
  const alarms: string[] = []
  const asces: AsceRules[] = []
  const count = 1 + whole(11)
  for (let i = 0; i < count; i++) {
    const priority: AlarmPriority = pick(alarmPriorities) ?? 'LOW'
    const kind = alarms.length === 0 ? whole(2) : whole(5)
    const several = [...new Set(Array.from({ length: 1 + whole(3) }, () => pick(alarms) ?? ''))]
    const output = declare(i === count - 1 ? 'Out' : `A${i}`, 'ALARM')
    const common = { id: `Asce${i}`, output }
    const options = {
      'mla.publish': String(random() < 0.5 || i < count - 1),
      'mla.latching': String(random() < 0.7),
      priority,
    }
    const limits = { highOn: String(5 + whole(5)), lowOn: String(-5 - whole(5)) }
    asces.push(
      kind === 0
        ? {
            ...{ ...common, transferFunction: 'MinMaxThreshold', inputs: [pick(numbers) ?? ''] },
            properties: { ...options, ...limits, highOff: '3', lowOff: '-3' },
          }
        : kind === 1
          ? {
              ...{ ...common, transferFunction: 'BoolToAlarm', inputs: [pick(booleans) ?? ''] },
              properties: { ...options, invert: String(random() < 0.3) },
            }
          : kind === 2
            ? {
                ...{ ...common, transferFunction: 'Multiplicity', inputs: several },
                properties: { ...options, threshold: String(1 + whole(several.length)) },
              }
            : kind === 3
              ? {
                  ...{ ...common, transferFunction: 'DelayedAlarm', inputs: several.slice(0, 1) },
                  properties: {
                    ...options,
                    setTime: String(1 + whole(5)),
                    clearTime: String(whole(5)),
                  },
                }
              : {
                  ...{
                    ...common,
                    transferFunction: 'Expression',
                    inputs: [...several, pick(numbers) ?? ''],
                  },
                  properties: {
                    ...options,
                    expression: `lasting(${several.map((id) => `{${id}}`).join(' or ')}, 2s) or {${'@'}} > 8`,
                  },
                },
    )
    const last = asces.at(-1)
    if (kind === 4 && last) {
      const expression = last.properties['expression']?.replace('@', last.inputs.at(-1) ?? '') ?? ''
      asces[asces.length - 1] = { ...last, properties: { ...last.properties, expression } }
    }
    alarms.push(output)
  }
  return {
    ...{ supervisor: 'Sup', id: 'Dasu', output: 'Out', iasios },
    // In no order: the core has to find its own.
    asces: asces
      .map((asce) => ({ asce, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ asce }) => asce),
    ...{ validityThreshold: 8_000_000, refresh: 3_600_000_000, throttle: 0 },
  }
}
