/** Spreads the saving of all DASUs over the time: none of it takes long. */
export function savesInTurn(
  everyMs: number,
  work: { keys(): readonly string[]; save(key: string): void; round(): void },
): NodeJS.Timeout {
  const steps = Math.max(1, Math.min(20, Math.round(everyMs / 500)))
  let step = 0
  return setInterval(() => {
    const keys = work.keys()
    for (let i = step; i < keys.length; i += steps) work.save(keys[i] ?? '')
    step = (step + 1) % steps
    if (step === 0) work.round()
  }, everyMs / steps)
}
