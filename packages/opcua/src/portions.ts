import { isTooLarge } from './failure.ts'

/** How many operations one call may hold; it only ever shrinks, by what the server refuses. */
export interface PortionSize {
  size: number
}

/**
 * Calls `call` with one portion of the items after another. A portion that the server finds too
 * large is halved, and so are those after it; at one item the refusal is the answer.
 */
export async function inPortions<T>(
  items: readonly T[],
  portion: PortionSize,
  call: (part: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; ) {
    const part = items.slice(at, at + portion.size)
    try {
      await call(part)
    } catch (error) {
      if (part.length === 1 || !isTooLarge(error)) throw error
      portion.size = Math.ceil(part.length / 2)
      continue
    }
    at += part.length
  }
}
