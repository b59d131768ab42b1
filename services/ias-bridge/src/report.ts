import { codeOf, createFlow, deadLetters, type Life } from '@mla/kit'

/** Everything this service tells the outside about itself: one method per event. */
export type Report = ReturnType<typeof createReport>

export function createReport({ name, log, metrics, health }: Life) {
  const { received, sent, rejected, errors } = createFlow(metrics, {
    received: 'Messages of IAS and values of ours that were read',
    sent: 'Messages and values that were passed on',
    rejected: 'Messages that could not be understood, by reason',
  })
  const passed = metrics.counter('mla_bridged_total', 'Messages or values passed on, by topic', [
    'topic',
  ])
  rejected.add(0, { reason: 'malformed' })
  let isAway = false
  return {
    assigned(topic: string) {
      health.set(name, null)
      log.info({ topic }, 'reading')
    },
    passed(topic: string, read: number, on: number) {
      isAway = false
      received.add(read)
      sent.add(on)
      passed.add(on, { topic })
    },
    refused(topic: string, messages: number) {
      rejected.add(messages, { reason: 'malformed' })
      log.warn({ topic, messages }, 'messages that are none of IAS went to the dead letters')
    },
    busAway(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      if (!isAway) log.warn({ err: error }, 'a bus does not take messages; trying until it does')
      isAway = true
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    failed(error: unknown) {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, 'stopped in the middle; what is not committed comes again')
    },
  }
}
