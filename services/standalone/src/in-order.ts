/**
 * Runs services at once and ends them in order: each is told to stop when the one before it has
 * ended, so that what that one sent last is still taken. Where one fails, all are ended and its
 * error is thrown.
 */
export async function inOrder(
  signal: AbortSignal,
  services: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failure = new AbortController()
  let stop = AbortSignal.any([signal, failure.signal])
  const running = services.map((run) => {
    const ended = new AbortController()
    const work = run(stop).catch((error: unknown) => {
      failure.abort(error)
      throw error
    })
    const end = () => ended.abort(signal.reason)
    work.then(end, end)
    stop = ended.signal
    return work
  })
  const results = await Promise.allSettled(running)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
