import { type Micros, qualityOf } from '@mla/model'
import {
  listOf,
  loadNumber,
  type Observation,
  type Saved,
  savePlain,
  usable,
} from './observation.ts'

/** Observations of one point in order of time, as numbers in a row: 17 bytes each. */
export class Series {
  #times = new Float64Array(16)
  /** NaN for what cannot be reckoned with. */
  #values = new Float64Array(16)
  #uncertain = new Uint8Array(16)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }
  time(index: number): Micros {
    return this.#times[this.#start + index] ?? Number.NaN
  }
  value(index: number): number {
    return this.#values[this.#start + index] ?? Number.NaN
  }
  isUncertain(index: number): boolean {
    return this.#uncertain[this.#start + index] === 1
  }

  push(observation: Observation): void {
    this.#append(
      observation.time,
      usable(observation) ?? Number.NaN,
      qualityOf(observation.status) === 'UNCERTAIN' ? 1 : 0,
    )
  }

  /** The index of the first observation at or after a time. */
  indexOf(time: Micros): number {
    let low = this.#start
    let high = this.#end
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#times[middle] ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low - this.#start
  }

  /** Forgets the first `count` observations. */
  drop(count: number): void {
    this.#start += Math.min(count, this.length)
  }

  #append(time: Micros, value: number, uncertain: number): void {
    if (this.#end === this.#times.length) this.#makeRoom()
    this.#times[this.#end] = time
    this.#values[this.#end] = value
    this.#uncertain[this.#end] = uncertain
    this.#end++
  }

  #makeRoom(): void {
    const { length } = this
    const size = length * 2 > this.#times.length ? this.#times.length * 2 : this.#times.length
    const [times, values] = [new Float64Array(size), new Float64Array(size)]
    const uncertain = new Uint8Array(size)
    times.set(this.#times.subarray(this.#start, this.#end))
    values.set(this.#values.subarray(this.#start, this.#end))
    uncertain.set(this.#uncertain.subarray(this.#start, this.#end))
    this.#times = times
    this.#values = values
    this.#uncertain = uncertain
    this.#start = 0
    this.#end = length
  }

  save(): Saved {
    return Array.from({ length: this.length }, (_, i) => [
      ...[this.time(i), savePlain(this.value(i)), this.isUncertain(i) ? 1 : 0],
    ])
  }

  load(saved: Saved | undefined): void {
    this.drop(this.length)
    for (const one of listOf(saved)) {
      const [time, value, uncertain] = listOf(one)
      this.#append(loadNumber(time), loadNumber(value), loadNumber(uncertain))
    }
  }
}
