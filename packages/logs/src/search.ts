/**
 * Where a byte is, not beyond `to`; `to` where it is not. The library's search looks through the
 * whole buffer, which holds a thousand lines more.
 */
export function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] !== byte) at++
  return Math.min(at, to)
}
