import { textAt } from '@mla/model'
import type { Parse } from './format.ts'
import { createTeller, type JsonRules } from './parse-json.ts'
import { whole } from './parse-syslog.ts'

const pair = /([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*)))?(?:\s+|$)/y

/** `time=… level=info msg="…" id=7`, as Go's programs write it; the same keys as in JSON. */
export function createLogfmtParse(rules: JsonRules): Parse {
  const tell = createTeller(rules)
  return (draft, bytes, from, to, { reference }) => {
    const object = pairsOf(bytes.toString('utf8', from, to))
    if (object === null) {
      whole(draft, from, to, 'logfmt: not a row of key=value')
      return
    }
    tell(draft, object, reference)
    if (!draft.has(textAt.message)) draft.range(textAt.message, from, to)
  }
}

/** True for what can be nothing else: a line of pairs that names its time or level, and its message. */
export const isLogfmt = (line: string): boolean =>
  /^[A-Za-z_][\w.@-]*=\S/.test(line) &&
  /(?:^| )(?:msg|message)=/.test(line) &&
  /(?:^| )(?:level|lvl|severity|time|ts|t)=/.test(line)

/** The pairs of a line; null where something in it is none. */
function pairsOf(line: string): Record<string, unknown> | null {
  const text = line.trim()
  const object: Record<string, unknown> = Object.create(null)
  let count = 0
  for (pair.lastIndex = 0; pair.lastIndex < text.length; count++) {
    const found = pair.exec(text)
    if (found === null) return null
    const [, key = '', quoted, plain] = found
    // A key that came before is kept beside it.
    const name = key in object ? `${key}.${count}` : key
    object[name] = quoted === undefined ? (plain ?? true) : unescaped(quoted)
  }
  return count > 0 && text.includes('=') ? object : null
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}
