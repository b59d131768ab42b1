/** Does `work` for every item, at most so many at the same time; answers in the items' order. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = []
  const entries = items.entries()
  const worker = async () => {
    for (const [i, item] of entries) answers[i] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
  return answers
}
