/**
 * Whether a text matches a pattern in which `?` is one character and `*` any run of them, neither
 * crossing `/`, and `**` any run at all (`**` and the `/` behind it may also stand for nothing).
 *
 * Two places to go back to, one for each kind of star, are enough: a later star of the same reach
 * always covers what an earlier one could. So no pattern is slow, unlike a regular expression.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = { p: -1, t: 0 }
  let globstar = { p: -1, t: 0 }
  while (t < text.length || p < pattern.length) {
    if (pattern[p] === '*' && pattern[p + 1] === '*') {
      while (pattern[p] === '*') p++
      globstar = { p, t }
      star = { p: -1, t: 0 }
      if (pattern[p] === '/' && (t === 0 || text[t - 1] === '/')) p++
      continue
    }
    if (pattern[p] === '*') {
      p++
      star = { p, t }
      continue
    }
    const one = pattern[p] === '?' ? text[t] !== '/' : pattern[p] === text[t]
    if (t < text.length && p < pattern.length && one) {
      p++
      t++
    } else if (star.p >= 0 && star.t < text.length && text[star.t] !== '/') {
      star = { p: star.p, t: star.t + 1 }
      p = star.p
      t = star.t
    } else if (globstar.p >= 0 && globstar.t < text.length) {
      globstar = { p: globstar.p, t: globstar.t + 1 }
      star = { p: -1, t: 0 }
      p = globstar.p
      t = globstar.t
      if (pattern[p] === '/' && text[t - 1] === '/') p++
    } else return false
  }
  return true
}
