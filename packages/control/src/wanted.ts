import type { Micros } from '@mla/model'
import { type Address, isAddressed } from './address.ts'

/** A wanted state, as the newest document of its scope says. */
export interface Wanted {
  readonly isOnline: boolean
  /** When the bus took it: one clock for all. */
  readonly time: Micros
}

/**
 * Whether a component is wanted ONLINE: of what is wanted of it, its service, its subsystem and of
 * all, the newest counts. Null where nobody has said anything.
 */
export function wantedOf(address: Address, wanted: ReadonlyMap<string, Wanted>): boolean | null {
  let newest: Wanted | null = null
  for (const [scope, one] of wanted) {
    if (isAddressed(address, scope) && (newest === null || one.time >= newest.time)) newest = one
  }
  return newest?.isOnline ?? null
}
