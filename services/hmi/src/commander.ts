import { randomUUID } from 'node:crypto'
import { type Bus, mlaCommands, mlaReplies } from '@mla/bus'
import type { ComponentStatus } from '@mla/control'
import {
  type CommandName,
  type CommandReply,
  type Micros,
  MlaError,
  microsOfMillis,
} from '@mla/model'
import { planCommand, type Sending } from './command-plan.ts'

/** What became of a command. */
export interface CommandOutcome {
  readonly component: string
  readonly command: CommandName
  readonly accepted: boolean
  readonly message: string | null
  readonly time: Micros
}

export interface Commander {
  /** Resolves with the answer, or with its absence after 10 s. Throws where nobody is so called. */
  command(
    addressed: string,
    command: CommandName,
    params: readonly string[],
    by: string,
  ): Promise<CommandOutcome>
}

export interface CommanderParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly signal: AbortSignal
  readonly components: () => readonly ComponentStatus[]
  commanded(outcome: CommandOutcome, by: string): void
  failed(error: unknown, what: string): void
}

const patienceMs = 10_000

type Heard = (reply: CommandReply) => void

export function createCommander(parts: CommanderParts): Commander {
  const { bus, signal, components } = parts
  const waiting = new Map<string, Heard>()
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(mlaReplies, microsOfMillis(Date.now()), signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) waiting.get(record.id)?.(record)
    }
  }
  follow().catch((error: unknown) => parts.failed(error, 'replies are not followed'))

  async function send(
    { target, params, answeredBy }: Sending,
    command: CommandName,
    by: string,
  ): Promise<readonly CommandReply[]> {
    const id = randomUUID()
    const missing = new Set(answeredBy)
    const replies: CommandReply[] = []
    const complete = Promise.withResolvers<void>()
    const patience = setTimeout(complete.resolve, patienceMs)
    signal.addEventListener('abort', () => complete.resolve(), { once: true })
    waiting.set(id, (reply) => {
      // The same command again gets the same reply again.
      if (missing.delete(reply.component)) replies.push(reply)
      if (missing.size === 0) complete.resolve()
    })
    try {
      const time = microsOfMillis(Date.now())
      const record = { id, time, target, command, params, by, term: null }
      await bus.publish(mlaCommands, [{ key: target, record }])
      await complete.promise
    } finally {
      clearTimeout(patience)
      waiting.delete(id)
    }
    const silent = [...missing].map((component) => ({
      ...{ id, component, command, time: microsOfMillis(Date.now()), accepted: false },
      message: `no answer within ${patienceMs / 1000} s`,
    }))
    return [...replies, ...silent]
  }

  return {
    async command(addressed, command, params, by) {
      const answer = (accepted: boolean, message: string | null, time?: Micros) => {
        const now = microsOfMillis(Date.now())
        const outcome = { component: addressed, command, accepted, message, time: time ?? now }
        parts.commanded(outcome, by)
        return outcome
      }
      const plan = planCommand(addressed, command, params, components())
      if (plan.kind === 'refused') return answer(false, plan.reason)
      if (plan.kind === 'unknown') throw unknown(addressed, components())
      const sent = plan.sendings.map((sending) => send(sending, command, by))
      const replies = (await Promise.all(sent)).flat()
      const [only, ...more] = replies
      if (only && more.length === 0) return answer(only.accepted, only.message, only.time)
      const refused = replies.filter(({ accepted }) => !accepted)
      const words = refused.map(({ component, message }) => `${component}: ${message}`)
      const summary = `${replies.length - refused.length} of ${replies.length} accepted it`
      return answer(refused.length === 0 && replies.length > 0, [summary, ...words].join('; '))
    },
  }
}

function unknown(addressed: string, components: readonly ComponentStatus[]): MlaError {
  const ids = components.map(({ component }) => component)
  const some =
    ids.length === 0 ? 'nothing is heard of any component' : `there are ${ids.join(', ')}`
  return new MlaError(
    'QUERY_INVALID',
    `no component is called "${addressed.slice(0, 200)}"; ${some}`,
  )
}
