export interface Totals {
  readonly passed: number
  readonly failed: number
}

export const none: Totals = { passed: 0, failed: 0 }

export const addTotals = (a: Totals, b: Totals): Totals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
})

export function say(text: string): void {
  process.stdout.write(text)
}
