import type { Colour, Output } from './cli.ts'

export const logFields =
  'id time receivedTime priority source host process thread file line routine audience message fields raw'

export interface ShownLog {
  readonly id: string
  readonly time: string
  readonly priority: string
  readonly source: string
  readonly host: string | null
  readonly process: string | null
  readonly message: string
}

const colours: Readonly<Record<string, Colour>> = {
  TRACE: 'dim',
  DEBUG: 'dim',
  NOTICE: 'bold',
  WARNING: 'yellow',
  ERROR: 'red',
  CRITICAL: 'red',
  ALERT: 'red',
  EMERGENCY: 'red',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a sender must not steer the terminal
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** One record as one line, or as more where its message has more. */
export function logLine(out: Output, record: ShownLog): string {
  const { time, priority, source, host, process, message } = record
  const place = host === null || source.endsWith(`/${host}`) ? source : `${source} ${host}`
  const from = process === null || source.endsWith(`/${process}`) ? place : `${place} ${process}`
  const head = `${time.padEnd(27)} ${priority.padEnd(9)} ${from}:`
  const text = `${head} ${message}`.replace(control, '\ufffd').replaceAll('\n', '\n    ')
  const colour = colours[priority]
  return colour === undefined ? text : out.paint(colour, text)
}
