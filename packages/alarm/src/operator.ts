import type { Micros } from '@mla/model'
import { type Alarm, acknowledge, unacknowledge } from './alarm-state.ts'

/** Who did something to an alarm, when, and why. */
export interface Note {
  readonly user: string
  readonly time: Micros
  readonly text: string
}

/** What operators have done to an alarm; plain data, kept as long as it is so. */
export interface OperatorState {
  readonly acknowledgement: Note | null
  readonly shelf: (Note & { readonly until: Micros }) | null
  readonly outOfService: Note | null
}

export const untouched: OperatorState = Object.freeze({
  acknowledgement: null,
  shelf: null,
  outOfService: null,
})

export const actionKinds = [
  'acknowledge',
  'unacknowledge',
  'shelve',
  'unshelve',
  'takeOutOfService',
  'returnToService',
] as const

export type Action =
  | {
      readonly kind: 'acknowledge' | 'unacknowledge' | 'unshelve'
      readonly user: string
      readonly text: string
    }
  | {
      readonly kind: 'shelve'
      readonly user: string
      readonly text: string
      readonly until: Micros
    }
  | {
      readonly kind: 'takeOutOfService' | 'returnToService'
      readonly user: string
      readonly text: string
    }

/** What an operator, or the end of a shelf, did to an alarm. */
export interface Done extends Note {
  readonly kind: Action['kind']
}

/** What the configuration allows operators. */
export interface OperatorRules {
  readonly canShelve: boolean
  readonly longestShelf: Micros
}

export type Outcome =
  | { readonly accepted: true; readonly alarm: Alarm; readonly operator: OperatorState }
  | { readonly accepted: false; readonly reason: string }

/** What an action makes of an alarm, or why it is refused. */
export function act(
  alarm: Alarm,
  operator: OperatorState,
  action: Action,
  rules: OperatorRules,
  now: Micros,
): Outcome {
  const note: Note = { user: action.user, time: now, text: action.text }
  const refuse = (reason: string): Outcome => ({ accepted: false, reason })
  const accept = (to: Alarm, change: Partial<OperatorState>): Outcome => ({
    ...{ accepted: true, alarm: to },
    operator: { ...operator, ...change },
  })
  if (action.user.trim() === '') return refuse('a user is needed')
  const needsText = action.kind !== 'unshelve' && action.kind !== 'returnToService'
  if (needsText && action.text.trim() === '') return refuse('a comment or reason is needed')
  switch (action.kind) {
    case 'acknowledge':
      if (alarm.isAcknowledged) return refuse(`it is acknowledged already (${alarm.state})`)
      return accept(acknowledge(alarm), { acknowledgement: note })
    case 'unacknowledge':
      if (alarm.state !== 'SET_ACK') return refuse(`it is ${alarm.state}, not SET_ACK`)
      return accept(unacknowledge(alarm), { acknowledgement: null })
    case 'shelve':
      if (!rules.canShelve) return refuse('the configuration forbids to shelve this alarm')
      if (action.until <= now) return refuse('the end lies in the past')
      if (action.until - now > rules.longestShelf) {
        return refuse(`it may be shelved for ${rules.longestShelf / 60_000_000} minutes at most`)
      }
      return accept(alarm, { shelf: { ...note, until: action.until } })
    case 'unshelve':
      if (!operator.shelf) return refuse('it is not shelved')
      // Who takes it from the shelf has seen it; an end of time has seen nothing.
      return alarm.isAcknowledged
        ? accept(alarm, { shelf: null })
        : accept(acknowledge(alarm), { shelf: null, acknowledgement: note })
    case 'takeOutOfService':
      if (operator.outOfService) return refuse('it is out of service already')
      return accept(alarm, { outOfService: note })
    case 'returnToService':
      if (!operator.outOfService) return refuse('it is not out of service')
      return accept(alarm, { outOfService: null })
  }
}

/** The end of a shelf that nobody ended: what is set wants to be acknowledged again. */
export const endShelf = (alarm: Alarm, operator: OperatorState) => ({
  alarm: unacknowledge(alarm),
  operator: {
    ...operator,
    ...{ shelf: null, acknowledgement: alarm.isSet ? null : operator.acknowledgement },
  },
})

/** Whether an alarm calls for attention, or what keeps it from that. */
export type Annunciation = 'ANNUNCIATED' | 'SHELVED' | 'SUPPRESSED' | 'OUT_OF_SERVICE'

export const annunciationOf = (operator: OperatorState, isSuppressed: boolean): Annunciation =>
  operator.outOfService
    ? 'OUT_OF_SERVICE'
    : operator.shelf
      ? 'SHELVED'
      : isSuppressed
        ? 'SUPPRESSED'
        : 'ANNUNCIATED'
