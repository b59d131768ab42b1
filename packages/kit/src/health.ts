/** What a process says when asked whether it is ready: each part by name, with why not. */
export interface Health {
  /** Declares a part, or tells that it changed; `reason` null means it is ready. */
  set(part: string, reason: string | null): void
  report(): HealthReport
}

export interface HealthReport {
  readonly ready: boolean
  readonly parts: Readonly<Record<string, string>>
}

export function createHealth(): Health {
  const parts = new Map<string, string | null>()
  return {
    set: (part, reason) => void parts.set(part, reason),
    report: () => ({
      ready: parts.size > 0 && [...parts.values()].every((reason) => reason === null),
      parts: Object.fromEntries([...parts].map(([part, reason]) => [part, reason ?? 'ready'])),
    }),
  }
}
