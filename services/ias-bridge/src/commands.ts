import { formatIasTime } from '@mla/alarm'
import type { Message, Outgoing } from '@mla/bus'
import type { Micros } from '@mla/model'
import { iasCommands, iasReplies } from './ias-topics.ts'
import { type BridgeParts, jsonOf } from './values.ts'

/** The bridge as IAS's tools address it. */
const ownId = 'ias-bridge'

/**
 * The answer to a command of IAS's; null for one to somebody else. The bridge itself can be pinged:
 * what changes anything here is done at our own interfaces, by users that are known.
 */
export function answerTo(text: string, received: Micros, now: Micros): string | null {
  const told = jsonOf(text)
  if (!told.ok || typeof told.value !== 'object' || told.value === null) return null
  const fields = new Map<string, unknown>(Object.entries(told.value))
  const destination = fields.get('destId')
  if (destination !== ownId && destination !== '*') return null
  const command = String(fields.get('command') ?? '')
  const isPing = command === 'PING'
  // To all are also commands that are meant for supervisors: these are theirs to refuse.
  if (destination === '*' && !isPing) return null
  const reason = `${ownId} answers to PING only; use the page, mla or the API of MLA`
  return JSON.stringify({
    senderFullRunningId: `(${ownId}:CORETOOL)`,
    destFullRunningId: String(fields.get('senderFullRunningId') ?? ''),
    id: fields.get('id') ?? 0,
    command,
    exitStatus: isPing ? 'OK' : 'REJECTED',
    receptionTStamp: formatIasTime(received),
    processedTStamp: formatIasTime(now),
    ...(isPing ? {} : { properties: { Reason: reason } }),
  })
}

export const commandsIn =
  ({ ias, report, now }: BridgeParts) =>
  async (messages: readonly Message<string>[]) => {
    const replies: Outgoing<string>[] = []
    for (const { record, appendTime } of messages) {
      const answer = answerTo(record, appendTime, now())
      if (answer === null) continue
      const { command } = JSON.parse(answer)
      replies.push({ key: String(command), partition: 0, record: answer })
    }
    if (replies.length > 0) await ias.publish(iasReplies, replies)
    report.passed(iasCommands.name, messages.length, replies.length)
  }
