import { setFlagsFromString } from 'node:v8'

/**
 * V8 goes over to an engine whose time is linear in the text when an expression has gone back
 * 50,000 times on one text. That engine refuses expressions that cannot be run so (look-around,
 * back references, counts of hundreds), which is how they are recognised here.
 */
setFlagsFromString('--enable-experimental-regexp-engine')
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')

const longest = 20_000

/** A regular expression that no text can make slow, or what is wrong with it. */
export function safeRegex(source: string, flags = ''): RegExp | { readonly problem: string } {
  if (source.length > longest) return { problem: `it is longer than ${longest} characters` }
  try {
    new RegExp(source, flags)
  } catch (error) {
    return { problem: reasonOf(error) }
  }
  try {
    new RegExp(source, `${flags}l`)
  } catch (error) {
    const isFlag = /flags/.test(reasonOf(error))
    const problem = isFlag
      ? 'this version of Node cannot tell whether it is safe'
      : 'it could take very long on some text: no look-around, no back reference, no count beyond some tens'
    return { problem }
  }
  return new RegExp(source, flags)
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(
    /^Invalid regular expression: /,
    '',
  )
