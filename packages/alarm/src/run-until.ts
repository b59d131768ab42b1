import type { Micros } from '@mla/model'
import type { Dasu } from './dasu-port.ts'
import type { Emission } from './emission.ts'

/**
 * Runs a DASU at each of the times that it asks for, from `now` up to and with `until`. Called
 * before each value that is read from a log, with the value's time, it makes what comes out depend on the
 * log alone and not on when it is read.
 */
export function* runUntil(dasu: Dasu, now: Micros, until: Micros): Generator<Emission> {
  for (let time = now; dasu.due <= until; ) {
    time = Math.max(time, dasu.due)
    yield* dasu.run(time)
  }
}
