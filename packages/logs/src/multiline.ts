import { Held, type TakeFrame } from './framing.ts'

export interface MultilineRules {
  /** A line that it matches begins a record. */
  readonly start: RegExp | null
  /** A line that it matches belongs to the record before it. */
  readonly continuation: RegExp | null
  readonly mostLines: number
}

/** Joins lines of one record: a stack trace belongs to what was thrown. */
export interface Joiner {
  push(bytes: Buffer, from: number, to: number, cut: number, take: TakeFrame): void
  /** Nothing more has come for a while: the record is whole. */
  flush(take: TakeFrame): void
  readonly held: number
}

const newline = Buffer.from('\n')

export function createJoiner(rules: MultilineRules, most: number): Joiner {
  const record = new Held(most)
  let lines = 0
  /** A line that begins nothing takes no others with it. */
  let isBegun = false

  function isContinued(line: string): boolean {
    if (rules.continuation?.test(line)) return true
    return rules.start !== null && !rules.start.test(line)
  }
  function flush(take: TakeFrame): void {
    lines = 0
    if (!record.isEmpty) record.give(take)
  }

  return {
    push(bytes, from, to, cut, take) {
      const line = bytes.toString('utf8', from, to)
      const joins = isBegun && lines > 0 && lines < rules.mostLines && isContinued(line)
      if (!joins) {
        flush(take)
        isBegun = rules.start === null || rules.start.test(line)
      }
      if (joins) record.add(newline, 0, 1)
      record.add(bytes, from, to)
      record.cut += cut
      lines++
    },
    flush,
    get held() {
      return record.length
    },
  }
}
