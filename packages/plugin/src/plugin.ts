import { alarmPlugins, type Bus } from '@mla/bus'
import { retry } from '@mla/kit'
import type { Micros, PluginValue } from '@mla/model'

/** What a plugin knows of a value at a moment. */
export interface Reading {
  /** As IAS writes it; null where it is not known. */
  readonly value: string | null
  /** OPERATIONAL without it. */
  readonly mode?: string
  /** RELIABLE without it. */
  readonly validity?: PluginValue['validity']
  /** When the monitored system had it. */
  readonly sampled?: Micros | null
  /** Until when it is known to be so; without it, now. */
  readonly produced?: Micros
}

export interface PluginParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly plugin: string
  readonly monitoredSystem: string
  /** The clock, in microseconds. */
  readonly now: () => Micros
  /** Told when the bus has taken so many values. */
  readonly sent?: (values: number) => void
  /** Told of each failure; `lost` values are given up, since too many wait or the bus refuses them. */
  readonly failed?: (error: unknown, lost: number) => void
  /** Values that may wait for the bus. */
  readonly mostWaiting?: number
}

/** What a successor needs to go on with a value. */
export type SavedValue = readonly [
  id: string,
  value: string | null,
  mode: string,
  validity: PluginValue['validity'],
  sampled: Micros | null,
  produced: Micros,
  refreshMicros: Micros,
]

/**
 * Makes a service a plugin of the alarm system. Every change goes out, in order, with a production time
 * that grows; what has not changed goes again when its refresh is due and it was confirmed meanwhile.
 * What is no longer confirmed becomes unreliable by its age, where it is read.
 */
export interface Plugin extends AsyncDisposable {
  /** Tells what a value is. A change is sent at once; the same again confirms it. */
  put(id: string, reading: Reading, refreshMicros: Micros): void
  /**
   * Sends again what is due; to be called now and then. `confirmed` says until when a value is known
   * to hold, beside what was put.
   */
  refresh(confirmed?: (id: string) => Micros): void
  /** The value is none of this plugin any more. */
  forget(id: string): void
  has(id: string): boolean
  /** Resolves when there is room for more; at once where nothing is in the way. */
  room(): Promise<void>
  save(): readonly SavedValue[]
  /** Goes on with what was saved: it is known, and not sent before it changes or is due. */
  load(values: readonly SavedValue[]): void
  readonly waiting: number
}

interface Known {
  value: string | null
  mode: string
  validity: PluginValue['validity']
  sampled: Micros | null
  /** As it was sent last. */
  produced: Micros
  confirmed: Micros
  refreshMicros: Micros
  /** By our clock. */
  sentAt: Micros
}

/** Values of one message. */
const mostInBatch = 2_000

export function createPlugin(parts: PluginParts): Plugin {
  const { bus, plugin, monitoredSystem, now, mostWaiting = 50_000 } = parts
  const { sent = () => {}, failed = () => {} } = parts
  const known = new Map<string, Known>()
  const stop = new AbortController()
  let waiting: PluginValue[] = []
  let pumping: Promise<void> | null = null
  let roomFor = Promise.withResolvers<void>()

  function queue(id: string, one: Known, produced: Micros): void {
    one.produced = produced
    one.sentAt = now()
    const { value, mode, validity, sampled } = one
    waiting.push({ id, value, sampled, produced, mode, validity })
    if (waiting.length > mostWaiting) {
      const lost = waiting.length - mostWaiting
      waiting.splice(0, lost)
      failed(new Error(`more than ${mostWaiting} values wait for the bus`), lost)
    }
    pumping ??= pump().finally(() => {
      pumping = null
    })
  }

  /** One publish is under way; what comes meanwhile goes together in the next. */
  async function pump(): Promise<void> {
    // What the caller puts in the same turn goes together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const values = waiting.slice(0, mostInBatch)
      waiting = waiting.slice(mostInBatch)
      const send = async () => {
        const record = { plugin, monitoredSystem, published: now(), values }
        await bus.publish(alarmPlugins, [{ key: plugin, record }])
      }
      try {
        await retry(send, stop.signal, (error) => failed(error, 0))
        sent(values.length)
      } catch (error) {
        failed(error, values.length)
      }
      if (waiting.length < mostWaiting / 2) {
        roomFor.resolve()
        roomFor = Promise.withResolvers()
      }
    }
  }

  return {
    put(id, reading, refreshMicros) {
      const { value, mode = 'OPERATIONAL', validity = 'RELIABLE', sampled = null } = reading
      const produced = reading.produced ?? now()
      const one = known.get(id)
      if (one) {
        const isSame = one.value === value && one.mode === mode && one.validity === validity
        one.confirmed = Math.max(one.confirmed, produced)
        one.refreshMicros = refreshMicros
        one.sampled = sampled
        if (isSame) return
        Object.assign(one, { value, mode, validity })
        queue(id, one, Math.max(produced, one.produced + 1))
        return
      }
      const first = { value, mode, validity, sampled, produced, confirmed: produced }
      const made: Known = { ...first, refreshMicros, sentAt: 0 }
      known.set(id, made)
      queue(id, made, produced)
    },
    refresh(confirmed) {
      const time = now()
      for (const [id, one] of known) {
        if (time - one.sentAt < one.refreshMicros) continue
        const until = Math.max(one.confirmed, confirmed?.(id) ?? 0)
        if (until > one.produced) queue(id, one, until)
      }
    },
    forget: (id) => void known.delete(id),
    has: (id) => known.has(id),
    room: async () => {
      if (waiting.length >= mostWaiting / 2) await roomFor.promise
    },
    save: () =>
      [...known].map(([id, one]): SavedValue => {
        const { value, mode, validity, sampled, produced, refreshMicros } = one
        return [id, value, mode, validity, sampled, produced, refreshMicros]
      }),
    load(values) {
      for (const [id, value, mode, validity, sampled, produced, refreshMicros] of values) {
        const state = { value, mode, validity, sampled, produced, confirmed: produced }
        known.set(id, { ...state, refreshMicros, sentAt: 0 })
      }
    },
    get waiting() {
      return waiting.length
    },
    /** What waits is sent, or given up where the bus does not take it at the next try. */
    async [Symbol.asyncDispose]() {
      stop.abort()
      await pumping
    },
  }
}
