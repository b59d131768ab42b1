import { type Bus, mlaReplies } from '@mla/bus'
import { type CommandReply, type Micros, microsPerSecond } from '@mla/model'

const answersKeptMicros = 86_400 * microsPerSecond

/** What has been answered: the journal of what operators did. */
export async function readAnswers(
  bus: Pick<Bus, 'follow'>,
  signal: AbortSignal,
  now: Micros,
): Promise<Map<string, CommandReply>> {
  const answers = new Map<string, CommandReply>()
  for await (const one of bus.follow(mlaReplies, now - answersKeptMicros, signal)) {
    if (one.kind === 'caught-up') break
    for (const { record } of one.messages) answers.set(record.id, record)
  }
  return answers
}

export function forgetOld(answered: Map<string, CommandReply>, now: Micros): void {
  for (const [id, { time }] of answered) if (now - time > answersKeptMicros) answered.delete(id)
}
