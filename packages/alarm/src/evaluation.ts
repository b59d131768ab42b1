import type { Micros } from '@mla/model'
import { type AsceParts, changed, evaluateAsce, reliabilityOf, revalidated } from './asce.ts'
import type { DasuPlan } from './dasu-plan.ts'
import { createRankSet } from './rank-set.ts'
import type { Published, Slot } from './slot.ts'
import { never } from './transfer-function.ts'

/** Which ASCEs have to be evaluated, and the evaluating of them in topological order. */
export interface Evaluation {
  /** What reads or sends a slot has to be looked at; evaluated only where there is a change. */
  wake(slot: number, isChanged: boolean): void
  /** A slot has something that must be seen before it is covered. */
  pend(slot: Slot): void
  add(rank: number): void
  isDirty(rank: number): boolean
  /** The reliability of its output is to be worked out anew. */
  touch(rank: number): void
  evaluate(now: Micros): void
  /** What has to be compared with what was sent, in the order in which it was made. */
  readonly toSend: Published[]
  markDirty(one: Published): void
  /** When time alone asks for an evaluation, for each ASCE and for all. */
  readonly dueOf: Float64Array
  readonly due: Micros
  findDue(): void
  readonly evaluations: number
}

export function createEvaluation(plan: DasuPlan, parts: AsceParts): Evaluation {
  const { asces, readers, writes, publishes } = plan
  const dirty = createRankSet(asces.length)
  const touched = createRankSet(asces.length)
  const dueOf = new Float64Array(asces.length).fill(never)
  const pending: Slot[] = []
  const toSend: Published[] = []
  let due = never
  /**
   * Outputs whose inputs were only confirmed are reliable for longer than they know. This need not be
   * worked out before the first of them would wrongly cease to be: until then the answer is the same.
   */
  let staleFrom = never
  /** The ASCE that was due first is so no more: another one has to be found. */
  let isDueLost = false
  let evaluations = 0

  function wake(slot: number, isChanged: boolean): void {
    for (const rank of readers[slot] ?? []) {
      if (isChanged || asces[rank]?.evaluator.everyValue) dirty.add(rank)
      else touch(rank)
    }
    for (const one of publishes[slot] ?? []) markDirty(one)
  }

  function touch(rank: number): void {
    if (touched.has(rank)) return
    touched.add(rank)
    const until = asces[rank]?.slot.reliableUntil ?? never
    if (until < staleFrom) staleFrom = until
  }

  function markDirty(one: Published): void {
    if (one.isDirty) return
    one.isDirty = true
    toSend.push(one)
  }

  /** One pass is enough: what an ASCE wakes lies behind it. */
  function evaluate(now: Micros): void {
    for (const slot of pending) slot.isPending = false
    pending.length = 0
    if (due <= now) {
      for (let rank = 0; rank < dueOf.length; rank++) {
        if ((dueOf[rank] ?? never) <= now) dirty.add(rank)
      }
    }
    const next = now > staleFrom ? firstOf : dirty.next
    if (now > staleFrom) staleFrom = never
    for (let rank = next(0); rank >= 0; rank = next(rank + 1)) {
      const isDirty = dirty.has(rank)
      dirty.delete(rank)
      touched.delete(rank)
      if (isDirty) run(rank, now)
      else revalidate(rank, now)
    }
    if (isDueLost) findDue()
  }

  function setDue(rank: number, next: Micros): void {
    const before = dueOf[rank] ?? never
    if (next === before) return
    dueOf[rank] = next
    if (next < due) due = next
    else if (before <= due) isDueLost = true
  }

  function run(rank: number, now: Micros): void {
    const asce = asces[rank]
    if (!asce) return
    const outcome = evaluateAsce(asce, now, parts)
    evaluations++
    setDue(rank, asce.due)
    if (outcome === changed) wake(writes[rank] ?? -1, true)
    else if (outcome === revalidated) wake(writes[rank] ?? -1, false)
  }

  /** No input has changed, but one may have been confirmed. */
  function revalidate(rank: number, now: Micros): void {
    const asce = asces[rank]
    if (!asce || asce.slot.value === null) return
    const before = asce.slot.reliableUntil
    const until = reliabilityOf(asce)
    if (until === before) return
    asce.slot.reliableUntil = until
    wake(writes[rank] ?? -1, now <= until !== now <= before)
  }

  function firstOf(from: number): number {
    const a = dirty.next(from)
    const b = touched.next(from)
    return a < 0 ? b : b < 0 ? a : Math.min(a, b)
  }

  function findDue(): void {
    isDueLost = false
    due = never
    for (let rank = 0; rank < dueOf.length; rank++) {
      const one = dueOf[rank] ?? never
      if (one < due) due = one
    }
  }

  return {
    ...{
      wake,
      evaluate,
      findDue,
      dueOf,
      toSend,
      markDirty,
      add: dirty.add,
      isDirty: dirty.has,
      touch,
    },
    pend(slot) {
      if (slot.isPending) return
      slot.isPending = true
      pending.push(slot)
    },
    get due() {
      return due
    },
    get evaluations() {
      return evaluations
    },
  }
}
