import { randomUUID } from 'node:crypto'
import { alarmActions, type Bus, mlaReplies } from '@mla/bus'
import { type CommandReply, type Micros, MlaError } from '@mla/model'
import type { AlarmBoard } from './board.ts'
import type { AlarmStatus } from './status.ts'

export interface Wanted {
  readonly alarm: string
  readonly kind: string
  readonly user: string
  readonly text: string
  /** When a shelf ends. */
  readonly until: Micros | null
}

export interface OperatorDesk {
  /**
   * Resolves with the alarm as it is then. Throws QUERY_INVALID for an alarm that is none,
   * ACTION_REFUSED with the supervisor's reason, ACTION_UNANSWERED after 10 s.
   */
  act(wanted: Wanted): Promise<AlarmStatus>
}

export interface OperatorDeskParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly board: AlarmBoard
  readonly signal: AbortSignal
  readonly now: () => Micros
  acted(wanted: Wanted, refusal: string | null): void
  failed(error: unknown, what: string): void
}

const patienceMs = 10_000
const longestText = 1_000

export function createOperatorDesk(parts: OperatorDeskParts): OperatorDesk {
  const { bus, board, signal, now } = parts
  const waiting = new Map<string, (reply: CommandReply) => void>()
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(mlaReplies, now(), signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) waiting.get(record.id)?.(record)
    }
  }
  follow().catch((error: unknown) => parts.failed(error, 'answers of supervisors are not followed'))

  async function answerTo(wanted: Wanted): Promise<CommandReply | null> {
    const id = randomUUID()
    const answered = Promise.withResolvers<CommandReply | null>()
    const patience = setTimeout(() => answered.resolve(null), patienceMs)
    waiting.set(id, answered.resolve)
    try {
      const record = { ...wanted, id, time: now() }
      await bus.publish(alarmActions, [{ key: wanted.alarm, record }])
      return await answered.promise
    } finally {
      clearTimeout(patience)
      waiting.delete(id)
    }
  }

  /** The answer and the alarm come on different topics. */
  function alarmSince(id: string, time: Micros): Promise<AlarmStatus | null> {
    const isThere = () => (board.wireOf(id)?.production ?? 0) >= time
    if (isThere()) return Promise.resolve(board.get(id))
    const found = Promise.withResolvers<AlarmStatus | null>()
    const done = () => found.resolve(board.get(id))
    const patience = setTimeout(done, patienceMs)
    const stop = board.watch((changed) => {
      if (changed.includes(id) && isThere()) done()
    })
    return found.promise.finally(() => {
      clearTimeout(patience)
      stop()
    })
  }

  return {
    async act(given) {
      const wanted = { ...given, text: given.text.trim().slice(0, longestText) }
      if (board.get(wanted.alarm) === null) {
        throw new MlaError('QUERY_INVALID', `no such alarm: ${wanted.alarm.slice(0, 200)}`)
      }
      const reply = await answerTo(wanted)
      if (reply === null) {
        parts.acted(wanted, 'no answer')
        const message = `no supervisor answered within ${patienceMs / 1000} s; is it running?`
        throw new MlaError('ACTION_UNANSWERED', message)
      }
      parts.acted(wanted, reply.accepted ? null : (reply.message ?? 'refused'))
      if (!reply.accepted) {
        throw new MlaError('ACTION_REFUSED', `${wanted.alarm}: ${reply.message ?? 'refused'}`)
      }
      const alarm = await alarmSince(wanted.alarm, reply.time)
      if (alarm === null) throw new MlaError('ACTION_UNANSWERED', 'done, but not seen yet')
      return alarm
    },
  }
}
