import { type Bus, mlaHeartbeats } from '@mla/bus'
import type { Heartbeat } from '@mla/model'

/** Sends heartbeats: regularly, and at once when there is something to tell. */
export interface Pulse extends AsyncDisposable {
  /** Sends one soon; several at once are one. */
  beat(): void
}

export interface PulseParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly intervalMs: number
  /** How it is at this moment. */
  now(hasEnded: boolean): Promise<Heartbeat>
  failed(error: unknown): void
  worked(): void
}

/** What the last heartbeat may take: nobody waits for it when the bus is away. */
const farewellMs = 2_000

/** One is on its way at most: what the bus does not take while it is away is of no interest later. */
export function startPulse({ bus, intervalMs, now, failed, worked }: PulseParts): Pulse {
  let sending: Promise<void> | null = null
  let isDue = false

  const send = async (hasEnded: boolean): Promise<void> => {
    const record = await now(hasEnded)
    await bus.publish(mlaHeartbeats, [{ key: record.component, record }])
  }
  const pump = async (): Promise<void> => {
    while (isDue) {
      isDue = false
      await send(false).then(worked, failed)
    }
    sending = null
  }
  const beat = (): void => {
    isDue = true
    sending ??= pump()
  }
  const timer = setInterval(beat, intervalMs)
  return {
    beat,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      isDue = false
      const patience = Promise.withResolvers<void>()
      const late = setTimeout(patience.resolve, farewellMs)
      const farewell = (sending ?? Promise.resolve()).then(() => send(true)).catch(failed)
      await Promise.race([farewell, patience.promise])
      clearTimeout(late)
    },
  }
}
