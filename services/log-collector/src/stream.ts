import type { LogSource } from '@mla/cdb'
import { createFramer, createJoiner, isPlain, type Recipe } from '@mla/logs'
import type { Micros } from '@mla/model'
import type { Intake, Sender } from './intake.ts'

/** The bytes of one sender, in pieces as they come. */
export interface Stream {
  push(chunk: Buffer, receivedTime: Micros, reference?: Micros): void
  /** To be called now and then: a record of several lines is whole when nothing follows. */
  idle(now: Micros): void
  end(now: Micros): void
}

const joinWithin = 500_000

/** Cuts a stream into records, joins lines where the recipe says so, and hands them to the intake. */
export function createStream(
  source: LogSource,
  recipe: Recipe,
  intake: Intake,
  sender: Sender,
  from: 'stream' | 'file',
): Stream {
  const most = source.longestRecord
  const framer = createFramer(recipe, from, most)
  const joiner = recipe.multiline ? createJoiner(recipe.multiline, most) : null
  let chunk: Buffer | null = null
  let isClean = false
  let time = 0
  let reference = 0

  /** Only frames that lie in the chunk itself are known to be clean with it. */
  const give = (bytes: Buffer, start: number, end: number, cut: number): void => {
    intake.take(bytes, start, end, cut, sender, time, reference, isClean && bytes === chunk)
  }
  const take = joiner
    ? (bytes: Buffer, start: number, end: number, cut: number): void => {
        const last = end > start && bytes[end - 1] === 13 ? end - 1 : end
        joiner.push(bytes, start, last, cut, give)
      }
    : give

  return {
    push(bytes, receivedTime, near = receivedTime) {
      chunk = bytes
      isClean = isPlain(bytes)
      time = receivedTime
      reference = near
      framer.push(bytes, take)
      chunk = null
    },
    idle(now) {
      if (joiner && joiner.held > 0 && now - time > joinWithin) joiner.flush(give)
    },
    end(now) {
      time = now
      if (reference === 0) reference = now
      framer.flush(take)
      joiner?.flush(give)
    },
  }
}
