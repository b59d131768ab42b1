import { compileGrok, type Patterns } from './grok.ts'

/** How far an expression goes on a line that it does not match, and what it wants there. */
export interface GrokFailure {
  readonly expression: string
  /** Characters of the line that its begin describes. */
  readonly matched: number
  /** The part of the expression that does not fit what is there. */
  readonly wanted: string
}

const piece = /%\{[^}]*\}[*+?]?|\\.|\[(?:\\.|[^\]\\])*\][*+?]?|\(\?:|[^%\\[]|./gs
const rest = 'grokRest'

/** Says of the expression that goes furthest where it fails; null where none goes anywhere. */
export function explainGrok(
  expressions: readonly string[],
  patterns: Patterns,
  line: string,
): GrokFailure | null {
  let best: GrokFailure | null = null
  for (const expression of expressions) {
    const pieces = expression.match(piece) ?? []
    for (let count = pieces.length; count >= 0; count--) {
      const begin = pieces.slice(0, count).join('')
      const grok = compileGrok(`${begin}%{GREEDYDATA:${rest}}`, patterns)
      // Within a group that is not closed: a shorter begin tells.
      if ('problem' in grok) continue
      const found = grok.match(line)
      if (found === null) continue
      const matched = line.length - (found.at(-1)?.length ?? 0)
      const wanted = pieces
        .slice(count, count + 8)
        .join('')
        .slice(0, 40)
      if (best === null || matched > best.matched) best = { expression, matched, wanted }
      break
    }
  }
  return best
}
