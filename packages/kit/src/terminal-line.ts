const colours = { debug: 90, info: 36, warn: 33, error: 31 } as const
const names: Readonly<Record<number, keyof typeof colours>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
}
/** What every record has; it is shown in front, or tells a person nothing. */
const common = ['level', 'time', 'service', 'msg', 'instance']

/**
 * A log record for a person at a terminal: time, service, what happened, and its fields. Escape
 * sequences in texts that come from outside (a server's error message) are taken out.
 */
export function terminalLine(json: string): string {
  const record = recordIn(json)
  if (record === null) return json
  const level = names[Number(record['level'])] ?? 'info'
  const head = `${timeIn(record)} ${plain(record['service'])}: ${plain(record['msg'])}`
  const fields = Object.entries(record)
    .filter(([name]) => !common.includes(name))
    .map(([name, value]) => `${name}=${name === 'err' ? errorText(value) : plain(value)}`)
    .filter((field) => !head.includes(field.slice(field.indexOf('=') + 1)))
  const rest = fields.length > 0 ? ` \u001b[90m${fields.join(' ')}\u001b[0m` : ''
  return `\u001b[${colours[level]}m${level === 'info' ? '' : `${level}: `}${head}\u001b[0m${rest}\n`
}

function recordIn(json: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const timeIn = (record: Readonly<Record<string, unknown>>): string => {
  const time = new Date(String(record['time']))
  return Number.isNaN(time.getTime()) ? '' : time.toTimeString().slice(0, 8)
}

const errorText = (value: unknown): string =>
  value !== null && typeof value === 'object' && 'stack' in value
    ? plain(value.stack)
    : plain(value)

const plain = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not pass
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
