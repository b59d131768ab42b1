import type { LogSource } from '@mla/cdb'
import { createFramer, createJoiner, isPlain, type Recipe } from '@mla/logs'
import type { Micros } from '@mla/model'
import type { Intake, Sender } from './intake.ts'

/** Whether the bytes that follow may still belong to the last record. */
export type StepEnd = 'open' | 'quiet' | 'last'

/**
 * Makes records of a part of a file; answers how many of its bytes they are. What may be the begin
 * of a record that goes on behind is left for the next time, unless nothing follows (`last`) or
 * nothing has followed for a while (`quiet`, which ends records of several lines, not lines).
 */
export function takePart(
  bytes: Buffer,
  parts: {
    readonly source: LogSource
    readonly recipe: Recipe
    readonly intake: Intake
    readonly sender: Sender
  },
  receivedTime: Micros,
  reference: Micros,
  end: StepEnd,
): number {
  const { source, recipe, intake, sender } = parts
  const most = source.longestRecord
  const framer = createFramer(recipe, 'file', most)
  const joiner = recipe.multiline ? createJoiner(recipe.multiline, most) : null
  const isClean = isPlain(bytes)
  /** Where the record begins that the joiner holds. */
  let heldFrom = 0
  let given = 0

  const give = (of: Buffer, from: number, to: number, cut: number): void => {
    given++
    intake.take(of, from, to, cut, sender, receivedTime, reference, isClean && of === bytes)
  }
  const take = joiner
    ? (of: Buffer, from: number, to: number, cut: number): void => {
        const before = given
        const wasEmpty = joiner.held === 0
        joiner.push(of, from, of[to - 1] === 13 && to > from ? to - 1 : to, cut, give)
        if (wasEmpty || given > before) heldFrom = of === bytes ? from : bytes.length
      }
    : give

  framer.push(bytes, take)
  let used = bytes.length - framer.pending
  if (end === 'last') {
    framer.flush(take)
    used = bytes.length
  }
  if (joiner && joiner.held > 0) {
    if (end === 'open') used = heldFrom
    else joiner.flush(give)
  }
  return used
}
