import type { Message, Outgoing } from '@mla/bus'
import { alarmBasic, alarmBsdb, type Bus, deadLetterOf, deadTopicOf } from '@mla/bus'
import { type Life, retry } from '@mla/kit'
import type { IasioBatch, Micros, PluginBatch } from '@mla/model'
import type { Conversion, Convert } from './conversion-of.ts'
import { createLetterBudget } from './letter-budget.ts'
import type { Report } from './report.ts'

export interface ConvertParts {
  readonly bus: Pick<Bus, 'consume' | 'publish'>
  readonly report: Report
  /** As the configuration in force has it. */
  readonly convert: () => Convert
  readonly now: () => Micros
}

const group = 'alarm-converter'

/**
 * Makes IASIOs on `alarm.bsdb` of what is on `alarm.basic` until the life ends. Commits what is there.
 */
export async function convertAll(parts: ConvertParts, { signal }: Life): Promise<void> {
  const { bus, report, convert, now } = parts
  const consumer = bus.consume(alarmBasic, group, signal)
  const isWorthIt = createLetterBudget()
  const untilDone = <T>(work: () => Promise<T>): Promise<T> =>
    retry(work, signal, (error) => report.busAway(error))

  function letterOf(message: Message<PluginBatch>, one: Conversion['rejected'][number]) {
    const { record, key, partition, offset, appendTime } = message
    const bytes = alarmBasic.encode({ ...record, values: [one.value] })
    const reason = `${one.fault}: ${one.message}`
    return deadLetterOf(alarmBasic, bytes, {
      ...{ key: key ?? record.plugin, code: 'VALUE_INVALID', reason },
      ...{ partition, offset, time: appendTime },
    })
  }

  async function take(messages: readonly Message<PluginBatch>[]): Promise<void> {
    const made: Outgoing<IasioBatch>[] = []
    const letters: Outgoing<Uint8Array>[] = []
    let [received, sent] = [0, 0]
    for (const message of messages) {
      const { outgoing, rejected } = convert()(message, now())
      received += message.record.values.length
      sent += message.record.values.length - rejected.length
      made.push(...outgoing)
      for (const one of rejected) {
        const isKept = isWorthIt(one.value.id, one.fault, now())
        if (isKept) letters.push(letterOf(message, one))
        report.refused(one, message.record.plugin, isKept)
      }
    }
    if (letters.length > 0) await untilDone(() => bus.publish(deadTopicOf(alarmBasic), letters))
    if (made.length > 0) await untilDone(() => bus.publish(alarmBsdb, made))
    const [oldest] = messages
    report.converted(received, sent, oldest ? now() - oldest.appendTime : null)
  }

  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') {
        report.assigned(delivery.partitions)
        continue
      }
      await take(delivery.messages)
      const { next, assignment } = delivery
      if (!(await untilDone(() => consumer.commit([next], assignment)))) report.commitRefused()
      report.lag(consumer.lag)
    }
  } catch (error) {
    // Stopped while the bus was away: what is not committed comes again.
    if (!signal.aborted) throw error
    report.failed(error)
  }
}
