import { type Micros, microsPerSecond } from '@mla/model'

/** What of an alarm says where it stands among others. */
export interface BurstMember {
  readonly id: string
  readonly isSet: boolean
  /** When it was set last; null for never. */
  readonly setSince: Micros | null
}

/** Alarms that are set within so long of the one before are one burst. */
export const burstGap: Micros = 10 * microsPerSecond

/**
 * For each alarm that was ever set the one that was set first of its burst: where the trouble began, as
 * far as time tells. Alone, it is its own. An alarm that has cleared since stays in its burst.
 */
export function firstOuts(members: Iterable<BurstMember>): ReadonlyMap<string, string> {
  const inOrder = [...members]
    .flatMap(({ id, setSince }) => (setSince === null ? [] : { id, setSince }))
    .sort((a, b) => a.setSince - b.setSince || (a.id < b.id ? -1 : 1))
  const found = new Map<string, string>()
  let first = ''
  let last = Number.NEGATIVE_INFINITY
  for (const { id, setSince } of inOrder) {
    if (setSince - last > burstGap) first = id
    last = setSince
    found.set(id, first)
  }
  return found
}

/** The same as `firstOuts`, of alarms that come one by one: what is set costs no look at all the others. */
export interface Bursts {
  /** When an alarm was set last; null for never, or where it is none any more. */
  put(id: string, setSince: Micros | null): void
  firstOf(id: string): string | null
}

interface BurstPlace {
  readonly id: string
  readonly setSince: Micros
  first: string | null
}

export function createBursts(): Bursts {
  /** In the order in which they were set. */
  const order: BurstPlace[] = []
  const places = new Map<string, BurstPlace>()

  const isBefore = (a: BurstPlace, b: BurstPlace): boolean =>
    a.setSince < b.setSince || (a.setSince === b.setSince && a.id < b.id)

  /** Where it stands, or would. */
  function indexOf(place: BurstPlace): number {
    let [low, high] = [0, order.length]
    // What is set now is the newest of them.
    const newest = order.at(-1)
    if (newest && isBefore(newest, place)) return high
    while (low < high) {
      const middle = (low + high) >> 1
      const there = order[middle]
      if (there && isBefore(there, place)) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Tells from an index on who is first, as far as that is another one than before. */
  function mend(from: number): void {
    for (let i = from; ; i++) {
      const place = order[i]
      if (!place) return
      const before = order[i - 1]
      const isIn = before !== undefined && place.setSince - before.setSince <= burstGap
      const first = isIn ? before.first : place.id
      if (first === place.first) return
      place.first = first
    }
  }

  return {
    put(id, setSince) {
      const known = places.get(id)
      if ((known?.setSince ?? null) === setSince) return
      if (known) {
        const at = indexOf(known)
        order.splice(at, 1)
        places.delete(id)
        mend(at)
      }
      if (setSince === null) return
      const place: BurstPlace = { id, setSince, first: null }
      const at = indexOf(place)
      order.splice(at, 0, place)
      places.set(id, place)
      mend(at)
    },
    firstOf: (id) => places.get(id)?.first ?? null,
  }
}

/**
 * The alarm that explains another one, by what the configuration says it depends on: of the causes
 * that are set, the one that was set first, and of that its own cause, as far as it goes. Null where none
 * of them is set. Goes around no circle: an alarm that depends on itself through others is passed over.
 */
export function rootCauseOf(
  id: string,
  causesOf: (id: string) => readonly string[],
  memberOf: (id: string) => BurstMember | null,
): string | null {
  const seen = new Set([id])
  let root: string | null = null
  for (let at: string | null = id; at !== null; ) {
    const next = firstSet(causesOf(at), seen, memberOf)
    if (next !== null) {
      seen.add(next)
      root = next
    }
    at = next
  }
  return root
}

function firstSet(
  ids: readonly string[],
  seen: ReadonlySet<string>,
  memberOf: (id: string) => BurstMember | null,
): string | null {
  let first: BurstMember | null = null
  for (const id of ids) {
    const member = seen.has(id) ? null : memberOf(id)
    if (!member?.isSet) continue
    if (first === null || (member.setSince ?? 0) < (first.setSince ?? 0)) first = member
  }
  return first?.id ?? null
}
