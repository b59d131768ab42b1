/** Wakes whoever waits for it to ring; a ring with nobody waiting is forgotten. */
export interface Bell {
  ring(): void
  heard(): Promise<void>
}

export function createBell(): Bell {
  let waiting = Promise.withResolvers<void>()
  return {
    ring() {
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
    heard: () => waiting.promise,
  }
}
