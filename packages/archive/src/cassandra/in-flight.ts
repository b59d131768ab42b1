/** Works through items with at most `most` under way; the first failure stops it and is thrown. */
export async function eachInFlight<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let index = 0
  let failed = false
  const worker = async (): Promise<void> => {
    while (!failed) {
      const next = iterator.next()
      if (next.done) return
      await work(next.value, index++).catch((error) => {
        failed = true
        throw error
      })
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: most }, worker))
  for (const result of workers) if (result.status === 'rejected') throw result.reason
}
