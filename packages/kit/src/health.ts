/** What a process says when asked whether it is ready: each part by name, with why not. */
export interface Health {
  /** Declares a part, or tells that it changed; `reason` null means it is ready. */
  set(part: string, reason: string | null): void
  /** The part is no longer one of this process. */
  forget(part: string): void
  report(): HealthReport
  /** The report of the whole process, where this is a part of its health. */
  whole(): HealthReport
}

export interface HealthReport {
  readonly ready: boolean
  readonly parts: Readonly<Record<string, string>>
}

/** `told` hears after each change whether all parts are ready. */
export function createHealth(told: (isReady: boolean) => void = () => {}): Health {
  const parts = new Map<string, string | null>()
  const report = (): HealthReport => ({
    ready: parts.size > 0 && [...parts.values()].every((reason) => reason === null),
    parts: Object.fromEntries([...parts].map(([part, reason]) => [part, reason ?? 'ready'])),
  })
  return {
    set(part, reason) {
      parts.set(part, reason)
      told(report().ready)
    },
    forget(part) {
      parts.delete(part)
      told(report().ready)
    },
    report,
    whole: report,
  }
}

/** Some parts of a whole, which can be asked by themselves, and leave it together. */
export interface HealthWithin extends Health {
  /** Forgets all of them; what is set later is not heard. */
  end(): void
}

export function healthWithin(whole: Health): HealthWithin {
  const own = createHealth()
  let hasEnded = false
  return {
    set(part, reason) {
      if (hasEnded) return
      own.set(part, reason)
      whole.set(part, reason)
    },
    forget(part) {
      own.forget(part)
      whole.forget(part)
    },
    report: own.report,
    whole: whole.whole,
    end() {
      hasEnded = true
      for (const part of Object.keys(own.report().parts)) whole.forget(part)
    },
  }
}
