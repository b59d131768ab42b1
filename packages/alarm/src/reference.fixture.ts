import type { Micros } from '@mla/model'
import type { AsceRules, DasuRules } from './dasu-rules.ts'
import type { Validity } from './iasio.ts'

/**
 * A DASU as slow and obvious as can be: whenever anything may have changed, all of it is worked out
 * anew from the values that came. It shares no code with the core.
 */
export interface Reference {
  accept(id: string, value: number | boolean, validity: Validity, now: Micros): void
  pass(now: Micros): void
  acknowledge(id: string, now: Micros): void
  /** `STATE:PRIORITY VALIDITY` of each output that has a value. */
  outputs(now: Micros): ReadonlyMap<string, string>
  /** The next moment at which something may change by itself. */
  next(now: Micros): Micros
}

interface Outside {
  value: number | boolean
  validity: Validity
  time: Micros
}

interface Made {
  isSet: boolean
  isAcknowledged: boolean
  priority: string
}

const second = 1_000_000
const rank = (name: string): number => ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].indexOf(name)

export function createReference(rules: DasuRules): Reference {
  const outside = new Map<string, Outside>()
  const made = new Map<string, Made>()
  /** For delays and `lasting`: what was wanted, and since when. */
  const wanted = new Map<string, { value: boolean; since: Micros }>()

  const isKnown = (id: string): boolean => outside.has(id) || made.has(id)
  const numberOf = (id: string): number => Number(outside.get(id)?.value)
  const isActive = (id: string): boolean => made.get(id)?.isSet ?? outside.get(id)?.value === true
  const text = ({ properties }: AsceRules, name: string): string => properties[name] ?? ''
  const number = (asce: AsceRules, name: string): number => Number(text(asce, name))

  function since(key: string, value: boolean, now: Micros): Micros {
    const before = wanted.get(key)
    if (before?.value === value) return before.since
    wanted.set(key, { value, since: now })
    return now
  }

  function condition(asce: AsceRules, was: boolean, now: Micros): boolean {
    const [first = ''] = asce.inputs
    switch (asce.transferFunction) {
      case 'MinMaxThreshold': {
        const value = numberOf(first)
        if (value >= number(asce, 'highOn') || value <= number(asce, 'lowOn')) return true
        return was && (value >= number(asce, 'highOff') || value <= number(asce, 'lowOff'))
      }
      case 'BoolToAlarm':
        return isActive(first) !== (text(asce, 'invert') === 'true')
      case 'Multiplicity':
        return asce.inputs.filter(isActive).length >= number(asce, 'threshold')
      case 'DelayedAlarm': {
        const value = isActive(first)
        const start = since(asce.id, value, now)
        const delay = number(asce, value ? 'setTime' : 'clearTime') * second
        return now >= start + delay ? value : was
      }
      default: {
        const any = asce.inputs.slice(0, -1).some(isActive)
        const start = since(asce.id, any, now)
        return (any && now >= start + 2 * second) || numberOf(asce.inputs.at(-1) ?? '') > 8
      }
    }
  }

  function workOut(now: Micros): void {
    const done = new Set<string>()
    for (const asce of rules.asces) workOutOne(asce, done, now)
  }

  /** First what makes its inputs, then itself. */
  function workOutOne(asce: AsceRules, done: Set<string>, now: Micros): void {
    if (done.has(asce.id)) return
    done.add(asce.id)
    for (const maker of rules.asces) {
      if (asce.inputs.includes(maker.output)) workOutOne(maker, done, now)
    }
    if (!asce.inputs.every(isKnown)) return
    const before = made.get(asce.output)
    const was = before?.isSet ?? false
    const isSet = condition(asce, was, now)
    const own = asce.transferFunction === 'DelayedAlarm' ? null : text(asce, 'priority')
    const priority = own ?? made.get(asce.inputs[0] ?? '')?.priority ?? 'MEDIUM'
    let acknowledged = before?.isAcknowledged ?? true
    if (isSet && !was) acknowledged = false
    if (isSet && before && rank(priority) > rank(before.priority)) acknowledged = false
    if (!isSet && text(asce, 'mla.latching') !== 'true') acknowledged = true
    made.set(asce.output, {
      ...{ isSet, isAcknowledged: acknowledged },
      priority: isSet || !before ? priority : before.priority,
    })
  }

  function isReliable(id: string, now: Micros): boolean {
    const one = outside.get(id)
    if (one) return one.validity === 'RELIABLE' && one.time >= now - rules.validityThreshold
    const asce = rules.asces.find(({ output }) => output === id)
    if (!asce) return false
    const reliable = asce.inputs.filter((input) => isReliable(input, now))
    if (asce.transferFunction === 'Multiplicity') {
      const threshold = number(asce, 'threshold')
      const isSet = made.get(id)?.isSet === true
      const same = reliable.filter((input) => isActive(input) === isSet).length
      if (isSet ? same >= threshold : same > asce.inputs.length - threshold) return true
    }
    return reliable.length === asce.inputs.length
  }

  return {
    accept(id, value, validity, now) {
      outside.set(id, { value, validity, time: now })
      workOut(now)
    },
    pass: workOut,
    acknowledge(id, now) {
      const one = made.get(id)
      if (one) one.isAcknowledged = true
      workOut(now)
    },
    outputs: (now) =>
      new Map(
        [...made].map(([id, { isSet, isAcknowledged, priority }]) => {
          const state = `${isSet ? 'SET' : 'CLEAR'}_${isAcknowledged ? 'ACK' : 'UNACK'}`
          return [id, `${state}:${priority} ${isReliable(id, now) ? 'RELIABLE' : 'UNRELIABLE'}`]
        }),
      ),
    next(now) {
      const moments = [...wanted.values()].flatMap(({ since }) =>
        [0, 1, 2, 3, 4, 5].map((seconds) => since + seconds * second),
      )
      for (const { time } of outside.values()) moments.push(time + rules.validityThreshold + 1)
      return Math.min(Number.POSITIVE_INFINITY, ...moments.filter((time) => time > now))
    },
  }
}
