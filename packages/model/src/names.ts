/** A string that was read before, and the one that came after it then. */
interface Name {
  readonly text: string
  readonly alike: Name | null
  next: Name | null
}

const mostNames = 100_000
const longestName = 256

/**
 * Names that come again and again, as those of points do, each as one and the same string: that
 * spares its making, and every look-up by it its hash and its comparison. What comes after a name
 * is mostly what came after it before, so it is compared with that first. Bounded: what is new when
 * there is no room, very long or not ASCII is made anew each time.
 */
export function createNames(): (bytes: Buffer, start: number, end: number) => string {
  const byHash = new Map<number, Name>()
  let count = 0
  let last: Name | null = null

  function find(bytes: Buffer, start: number, end: number): Name | null {
    const hash = hashOf(bytes, start, end)
    const first = byHash.get(hash) ?? null
    for (let name = first; name !== null; name = name.alike) {
      if (isSame(name.text, bytes, start, end)) return name
    }
    if (count >= mostNames) return null
    const text = bytes.toString('utf8', start, end)
    if (!isSame(text, bytes, start, end)) return null
    const name: Name = { text, alike: first, next: null }
    byHash.set(hash, name)
    count += 1
    return name
  }

  return (bytes, start, end) => {
    const expected = last?.next ?? null
    if (expected !== null && isSame(expected.text, bytes, start, end)) {
      last = expected
      return expected.text
    }
    const name = end - start <= longestName ? find(bytes, start, end) : null
    if (last !== null) last.next = name
    last = name
    return name?.text ?? bytes.toString('utf8', start, end)
  }
}

function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== bytes[start + i] || code > 127) return false
  }
  return true
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash
}
