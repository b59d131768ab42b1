/** A log record as the API shows it. */
export interface LogRecord {
  readonly id: string
  readonly time: string
  readonly priority: string
  readonly source: string
  readonly host: string | null
  readonly process: string | null
  readonly message: string
}

export const priorities: readonly string[] = [
  ...['TRACE', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'],
]

/** ERROR and above are a square, WARNING a triangle; what is usual has no sign. */
export const kindOf = (priority: string): '' | 'uncertain' | 'bad' => {
  const rank = priorities.indexOf(priority)
  return rank >= 5 ? 'bad' : rank === 4 ? 'uncertain' : ''
}

/** The records that a page holds, the newest first. */
export interface LogStore {
  readonly records: readonly LogRecord[]
  /** What came while the page stood still. */
  readonly waiting: number
  /** Begins anew. */
  clear(): void
  /** Records of the tail, oldest first: shown at once, or kept until `release`. */
  arrived(records: readonly LogRecord[], isStill: boolean): void
  /** Shows what waits. */
  release(): void
  /** A page of older records, newest first. */
  older(records: readonly LogRecord[]): void
}

/** Rows of a page that is scrolled to its end; and records that wait: the oldest go first. */
const mostHeld = 100_000
const mostWaiting = 5_000

export function createLogStore(): LogStore {
  let records: LogRecord[] = []
  let waiting: LogRecord[] = []
  const known = new Set<string>()
  const fresh = (some: readonly LogRecord[]): LogRecord[] =>
    some.filter(({ id }) => {
      if (known.has(id)) return false
      known.add(id)
      return true
    })
  const put = (newest: readonly LogRecord[]): void => {
    records = [...newest].reverse().concat(records)
    for (const { id } of records.splice(mostHeld)) known.delete(id)
  }
  return {
    get records() {
      return records
    },
    get waiting() {
      return waiting.length
    },
    clear() {
      records = []
      waiting = []
      known.clear()
    },
    arrived(some, isStill) {
      const own = fresh(some)
      if (!isStill) put(own)
      else {
        waiting.push(...own)
        for (const { id } of waiting.splice(0, Math.max(0, waiting.length - mostWaiting))) {
          known.delete(id)
        }
      }
    },
    release() {
      put(waiting)
      waiting = []
    },
    older(some) {
      records.push(...fresh(some))
    },
  }
}

/** What is asked for, as it stands in the page's address. */
export interface LogView {
  readonly min: string
  readonly text: string
  readonly regex: boolean
  readonly source: string
  readonly host: string
  /** `2026-11-21T04:00:00` in UTC; empty for a live tail. */
  readonly to: string
}

export function parseLogHash(hash: string): LogView {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const min = fields.get('min') ?? ''
  const to = (fields.get('to') ?? '').replace(/Z$/, '')
  return {
    min: priorities.includes(min) ? min : 'INFO',
    text: fields.get('text') ?? '',
    regex: fields.get('regex') === '1',
    source: fields.get('source') ?? '',
    host: fields.get('host') ?? '',
    to: Number.isNaN(Date.parse(`${to}Z`)) ? '' : to,
  }
}

export function formatLogHash(view: LogView): string {
  const fields = new URLSearchParams()
  if (view.min !== 'INFO') fields.set('min', view.min)
  if (view.regex) fields.set('regex', '1')
  for (const name of ['text', 'source', 'host', 'to'] as const) {
    if (view[name] !== '') fields.set(name, view[name])
  }
  const text = fields.toString()
  return text === '' ? '' : `#${text}`
}

/** The API's filter of a view. */
export function filterOf({ min, text, regex, source, host }: LogView) {
  const words = (list: string): string[] => list.split(/[\s,]+/).filter(Boolean)
  return {
    minPriority: min,
    ...(text === '' ? {} : regex ? { regex: text } : { text }),
    ...(source === '' ? {} : { sources: words(source) }),
    ...(host === '' ? {} : { hosts: words(host) }),
  }
}
