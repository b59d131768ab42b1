/** Draws in animation frames: what is asked for more than once is drawn once. */
export interface Frames {
  /** Draws in one of the next frames. */
  readonly soon: (draw: () => void) => void
  readonly forget: (draw: () => void) => void
}

interface Parts {
  readonly request: (frame: () => void) => void
  readonly nowMs: () => number
  /** A frame that has drawn for so long leaves the rest to the next: 60 frames a second go on. */
  readonly budgetMs: number
}

export function createFrames({ request, nowMs, budgetMs }: Parts): Frames {
  const waiting = new Set<() => void>()
  let isAsked = false
  const ask = (): void => {
    if (isAsked || waiting.size === 0) return
    isAsked = true
    request(frame)
  }
  const frame = (): void => {
    isAsked = false
    const end = nowMs() + budgetMs
    for (const draw of waiting) {
      waiting.delete(draw)
      draw()
      if (nowMs() >= end) break
    }
    ask()
  }
  return {
    soon(draw) {
      waiting.add(draw)
      ask()
    },
    forget: (draw) => void waiting.delete(draw),
  }
}
