import { parseAlarm } from '@mla/alarm'
import type { IasioDescription } from '@mla/cdb'
import { formatTime } from '@mla/model'
import type { Call } from './calls.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface PostParts {
  /** Throws where the server does not take it. */
  readonly send: (mail: Mail) => Promise<void>
  readonly describe: (id: string) => Pick<IasioDescription, 'description' | 'url'> | null
  readonly guidance: (id: string) => string | null
  readonly publicUrl: string
  /** To one address goes one mail in this time; what comes meanwhile is in the next one. */
  readonly everyMs: number
  readonly nowMs: () => number
  sent(calls: number): void
  failed(error: unknown): void
  /** Calls that were dropped since too many wait. */
  dropped(calls: number): void
}

const mostWaiting = 1_000
const mostLines = 100

interface Box {
  calls: Call[]
  sentAt: number
}

/** Gathers what people are told, and sends it, not more often than they can read. */
export function createPost(parts: PostParts) {
  const boxes = new Map<string, Box>()
  const { send, everyMs, nowMs } = parts

  return {
    add(call: Call): void {
      for (const to of call.rules.mail) {
        const box = boxes.get(to) ?? { calls: [], sentAt: Number.NEGATIVE_INFINITY }
        boxes.set(to, box)
        box.calls.push(call)
        if (box.calls.length <= mostWaiting) continue
        box.calls.shift()
        parts.dropped(1)
      }
    },
    /** Sends what may be sent; what is not taken waits for the next time. */
    async deliver(): Promise<void> {
      for (const [to, box] of boxes) {
        if (box.calls.length === 0 || nowMs() - box.sentAt < everyMs) continue
        const { calls } = box
        box.calls = []
        box.sentAt = nowMs()
        try {
          await send({ to, subject: subjectOf(calls), text: textOf(calls, parts) })
          parts.sent(calls.length)
        } catch (error) {
          box.calls = [...calls, ...box.calls].slice(-mostWaiting)
          parts.failed(error)
        }
      }
    },
  }
}

const stateOf = ({ wire }: Call): string => {
  const alarm = parseAlarm(wire.value ?? '')
  return alarm?.isSet ? `${alarm.priority} set` : 'cleared'
}

function subjectOf(calls: readonly Call[]): string {
  const [first] = calls
  if (calls.length === 1 && first) return `Alarm ${first.wire.id}: ${stateOf(first)}`
  const set = calls.filter(({ wire }) => parseAlarm(wire.value ?? '')?.isSet).length
  return `Alarms: ${set} set, ${calls.length - set} cleared`
}

function textOf(calls: readonly Call[], { describe, guidance, publicUrl }: PostParts): string {
  const lines = calls.slice(0, mostLines).flatMap((call) => {
    const { wire, time } = call
    const isSet = parseAlarm(wire.value ?? '')?.isSet === true
    const declared = describe(wire.id)
    const more = [
      declared?.description ?? null,
      wire.properties['actualValue'] ? `value ${wire.properties['actualValue']}` : null,
      wire.validity === 'RELIABLE' ? null : 'not reliable',
      isSet ? guidance(wire.id) : null,
      isSet ? (declared?.url ?? null) : null,
      `${publicUrl}/alarms?id=${encodeURIComponent(wire.id)}`,
    ]
    const words = more.flatMap((text) => (text ? [`    ${text}`] : []))
    return [`${formatTime(time)} ${wire.id}: ${stateOf(call)}`, ...words]
  })
  const left = calls.length - mostLines
  return [...lines, ...(left > 0 ? [`and ${left} more`] : []), ''].join('\n')
}
