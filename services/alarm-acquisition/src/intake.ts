import { type MessageFault, type Understood, understand } from '@mla/alarm'
import { alarmPlugins, type Bus, deadLetterOf, deadTopicOf } from '@mla/bus'
import type { Micros, PluginBatch } from '@mla/model'
import type { Report } from './report.ts'

export type Way = 'http' | 'tcp'

/** Where what plugins send goes on to the bus, however it came in. */
export interface Intake {
  /** Resolves when they are on `alarm.plugins`. Throws BUS_UNAVAILABLE: some of them may be there. */
  put(way: Way, batches: readonly PluginBatch[]): Promise<void>
  /** Puts what is no message on the dead-letter topic. Throws BUS_UNAVAILABLE. */
  bury(bad: readonly BadMessage[]): Promise<void>
  /** Notes bytes that wait, and, below zero, that they do not any more. */
  hold(bytes: number): void
  /** True while no more should be taken. */
  readonly isFull: boolean
  readonly now: () => Micros
}

export interface BadMessage {
  readonly bytes: Buffer
  readonly from: string
  readonly fault: MessageFault
  readonly message: string
}

/** Of a message that is no good, this much is kept. */
const keptBytes = 4096

export function createIntake(
  bus: Pick<Bus, 'publish'>,
  report: Report,
  settings: { readonly MLA_ALARM_QUEUE_MB: number },
  now: () => Micros,
): Intake {
  let waiting = 0
  return {
    now,
    get isFull() {
      return waiting >= settings.MLA_ALARM_QUEUE_MB
    },
    hold(bytes) {
      waiting += bytes
    },
    async put(way, batches) {
      const full = batches.filter(({ values }) => values.length > 0)
      const outgoing = full.map((record) => ({ key: record.plugin, record }))
      await bus.publish(alarmPlugins, outgoing)
      report.taken(way, full)
    },
    async bury(bad) {
      if (bad.length === 0) return
      const time = now()
      const letters = bad.map(({ bytes, from, fault, message }) => {
        const reason = `${fault}: ${message}`
        const why = { key: from, code: 'DECODE_FAILED', reason, time }
        return deadLetterOf(alarmPlugins, bytes.subarray(0, keptBytes), why)
      })
      await bus.publish(deadTopicOf(alarmPlugins), letters)
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Understands a line or the body of a request, which may be an array of messages. */
export function understandBytes(bytes: Buffer, now: Micros): readonly Understood[] {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return [{ ok: false, fault: 'encoding', message: 'the bytes are no UTF-8' }]
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [{ ok: false, fault: 'json', message: message.slice(0, 200) }]
  }
  return Array.isArray(parsed)
    ? parsed.map((one) => understand(one, now))
    : [understand(parsed, now)]
}
