/** What the process takes of the machine. */
export interface Load {
  /** Since it was asked before; 100 is one core. */
  readonly cpuPercent: number
  readonly memoryBytes: number
}

export function createLoadMeter(): () => Load {
  let cpu = process.cpuUsage()
  let at = performance.now()
  let cpuPercent = 0
  return () => {
    const now = performance.now()
    // Over less than a moment a share says nothing.
    if (now - at >= 500) {
      const used = process.cpuUsage(cpu)
      cpuPercent = (used.user + used.system) / 10 / (now - at)
      cpu = process.cpuUsage()
      at = now
    }
    return { cpuPercent, memoryBytes: process.memoryUsage.rss() }
  }
}
