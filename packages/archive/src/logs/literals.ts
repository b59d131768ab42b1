const alternation = /[|]|\(\?/
const meta = new Set('\\^$.*+?()[]{}|')

/**
 * Texts that are in whatever the expression matches; few rather than one that need not be. Groups,
 * classes and what may be left out are passed over, an expression with alternatives has none.
 */
export function literalsOf(expression: string): string[] {
  const source = expression.replace(/^\(\?i\)/, '')
  if (alternation.test(source.replace(/\\./g, ''))) return []
  const found: string[] = []
  let run = ''
  const end = (): void => {
    if (run !== '') found.push(run)
    run = ''
  }
  let depth = 0
  for (let i = 0; i < source.length; i++) {
    const character = source[i] as string
    if (character === '\\') {
      const escaped = source[++i] ?? ''
      if (depth === 0 && !/[A-Za-z0-9]/.test(escaped)) run += escaped
      else end()
      // \x41 and the like: what belongs to the escape is no literal.
      if (/[xucpPk]/.test(escaped)) return []
    } else if (character === '[') {
      end()
      for (i++; i < source.length && source[i] !== ']'; i++) if (source[i] === '\\') i++
    } else if (character === '(' || character === ')') {
      end()
      depth += character === '(' ? 1 : -1
    } else if (character === '*' || character === '?' || character === '{') {
      run = run.slice(0, -1)
      end()
      if (character === '{') while (i < source.length && source[i] !== '}') i++
    } else if (meta.has(character)) end()
    else if (depth === 0) run += character
  }
  end()
  return found
}
