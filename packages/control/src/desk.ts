import { type Bus, mlaCommands, mlaReplies } from '@mla/bus'
import { retry } from '@mla/kit'
import { type Command, type CommandReply, type Micros, microsOfMillis } from '@mla/model'
import { answersKeptMicros, createAnswers } from './answers.ts'
import { commandLifeMicros } from './judge.ts'

export interface DeskParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly component: string
  readonly signal: AbortSignal
  readonly now: () => Micros
  /** Carries a command out; null where it is for others. */
  carryOut(command: Command): { readonly accepted: boolean; readonly message: string | null } | null
  failed(what: string, error: unknown): void
}

/**
 * Takes the commands of the bus and answers each once. The replies on the bus are the journal:
 * after a restart a command that was answered before is not carried out again, and what came
 * while the process was away, and still counts, is.
 */
export async function keepDesk(parts: DeskParts): Promise<void> {
  const { bus, component, signal, now, failed } = parts
  const answers = createAnswers()

  for await (const one of bus.follow(mlaReplies, now() - answersKeptMicros, signal)) {
    if (one.kind === 'caught-up') break
    for (const { record } of one.messages) {
      if (record.component === component) answers.add(record, now())
    }
  }
  const send = (record: CommandReply): void => {
    const publish = () => bus.publish(mlaReplies, [{ key: component, record }])
    retry(publish, signal, () => {}).catch(
      (error: unknown) => signal.aborted || failed('a command is not answered', error),
    )
  }
  const began = microsOfMillis(Date.now())
  for await (const one of bus.follow(mlaCommands, now() - commandLifeMicros, signal)) {
    if (one.kind === 'caught-up') continue
    for (const { record: command, appendTime } of one.messages) {
      const before = answers.of(command.id)
      if (before) {
        // What was answered before this process began needs no second copy of the reply.
        if (appendTime >= began) send(before)
        continue
      }
      const outcome = parts.carryOut(command)
      if (outcome === null) continue
      const { id, command: name } = command
      const reply = { id, component, command: name, time: now(), ...outcome }
      answers.add(reply, now())
      send(reply)
    }
  }
}
