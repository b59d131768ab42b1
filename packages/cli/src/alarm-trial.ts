import {
  type Action,
  createDasu,
  type Dasu,
  type DasuRules,
  type Emission,
  formatIasValue,
  type IasType,
  isAlarm,
  noProperties,
  parseIasValue,
  type Validity,
} from '@mla/alarm'
import type { Micros } from '@mla/model'

/** Something that happens in a scenario, so many microseconds after its beginning. */
export type Step = { readonly at: Micros } & (
  | {
      readonly kind: 'set'
      readonly id: string
      readonly value: string
      readonly validity: Validity
    }
  /** Its plugin falls silent: the value is not refreshed any more. */
  | { readonly kind: 'silent'; readonly id: string }
  | { readonly kind: 'act'; readonly id: string; readonly action: Action }
  | { readonly kind: 'expect'; readonly id: string; readonly text: string }
)

export interface TrialLine {
  readonly at: Micros
  readonly id: string
  readonly text: string
  readonly isWrong: boolean
}

export interface Trial {
  readonly lines: readonly TrialLine[]
  readonly failed: number
}

/** Any time will do: this one is easy to read in a debugger. */
const start: Micros = 1_000_000_000_000_000

/**
 * Runs DASUs on a scripted series, feeding each other, as supervisors would. Values are refreshed as
 * plugins do, every `refresh` of the DASU that reads them, until they are silent.
 */
export function tryAlarms(rules: readonly DasuRules[], steps: readonly Step[]): Trial {
  const dasus = rules.map((one) => ({ dasu: createDasu(one), time: start }))
  const types = new Map<string, IasType>()
  for (const { iasios } of rules) for (const [id, { type }] of iasios) types.set(id, type)
  const refresh = Math.min(...rules.map((one) => one.refresh))
  const alive = new Map<string, { readonly value: string; readonly validity: Validity }>()
  const last = new Map<string, Emission>()
  const lines: TrialLine[] = []
  let failed = 0

  const tell = (at: Micros, id: string, text: string, isWrong = false): void => {
    lines.push({ at: at - start, id, text, isWrong })
    if (isWrong) failed++
  }
  function accept(id: string, value: string, validity: Validity, now: Micros): void {
    const type = types.get(id)
    const parsed = type === undefined ? null : parseIasValue(type, value)
    if (parsed === null) return
    const received = {
      ...{ value: parsed, validity, mode: 'OPERATIONAL' as const, properties: noProperties },
      ...{ production: now, fullRunningId: `(${id}:IASIO)` },
    }
    for (const one of dasus) put(one, id, received, now)
  }
  function put(
    one: { readonly dasu: Dasu; time: Micros },
    id: string,
    received: Parameters<Dasu['accept']>[1],
    now: Micros,
  ): void {
    const index = one.dasu.indexOf(id)
    if (index >= 0) one.dasu.accept(index, received, now)
  }
  /** Runs what is due at a moment; what one DASU sends, another may wait for. */
  function settle(now: Micros): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true
      for (const one of dasus) {
        if (one.dasu.due > now) continue
        one.time = now
        for (const emission of one.dasu.run(now)) {
          show(emission, now)
          for (const other of dasus) {
            if (other.dasu.indexOf(emission.id) < 0) continue
            put(other, emission.id, { ...emission, production: now }, now)
            isQuiet = false
          }
        }
      }
    }
  }
  function show(emission: Emission, now: Micros): void {
    last.set(emission.id, emission)
    if (emission.isChange) tell(now, emission.id, textOf(emission))
  }
  function take(step: Step, now: Micros): void {
    if (step.kind === 'set') {
      alive.set(step.id, step)
      accept(step.id, step.value, step.validity, now)
    } else if (step.kind === 'silent') alive.delete(step.id)
    else if (step.kind === 'act') {
      const maker = dasus.find(({ dasu }) =>
        dasu.rules.asces.some(({ output }) => output === step.id),
      )
      const outcome = maker?.dasu.act(step.id, step.action, now)
      const reason =
        outcome === undefined ? 'nobody makes it' : 'reason' in outcome ? outcome.reason : null
      if (reason !== null) tell(now, step.id, `${step.action.kind} refused: ${reason}`)
    } else {
      const found = last.get(step.id)
      const text = found ? textOf(found) : 'nothing'
      const isSo = text.split(/[ :]/).includes(step.text) || text.startsWith(step.text)
      tell(now, step.id, `${isSo ? 'is' : `should be ${step.text}, but is`} ${text}`, !isSo)
    }
  }

  let next = 0
  let refreshAt = start + refresh
  for (;;) {
    const step = steps[next]
    if (!step) break
    const due = Math.min(...dasus.map(({ dasu }) => dasu.due))
    const now = Math.max(start, Math.min(start + step.at, refreshAt, due))
    // What is expected of a moment is looked at when all of that moment has happened.
    if (step.kind !== 'expect' && start + step.at <= now) {
      take(step, now)
      next++
      continue
    }
    if (due <= now) {
      settle(now)
      continue
    }
    if (refreshAt <= now) {
      for (const [id, { value, validity }] of alive) accept(id, value, validity, now)
      refreshAt += refresh
      continue
    }
    take(step, now)
    next++
  }
  return { lines, failed }
}

function textOf({ value, type, validity, annunciation }: Emission): string {
  const text =
    value === null ? 'no value' : isAlarm(value) ? value.text : formatIasValue(type, value)
  return [
    text,
    ...(validity === 'RELIABLE' ? [] : [validity]),
    ...(annunciation === 'ANNUNCIATED' ? [] : [annunciation]),
  ].join(' ')
}
