import type { Writable } from 'node:stream'
import type { Colour, Output } from './cli.ts'

const codes: Record<Colour, number> = { red: 31, yellow: 33, green: 32, dim: 2, bold: 1 }

export interface OutputSettings {
  readonly json: boolean
  readonly colour: boolean
  readonly width: number | null
}

/** `colour` is for a terminal without NO_COLOR (no-color.org). */
export function createOutput(
  out: Writable,
  err: Writable,
  { json, colour, width }: OutputSettings,
): Output {
  return {
    json,
    width,
    line: (text) => void out.write(`${text}\n`),
    document: (value) => void out.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void err.write(`${text}\n`),
    progress(done, total, what) {
      if (width === null || json || total === 0) return
      const full = Math.round((20 * done) / total)
      const bar = `${'#'.repeat(full)}${'.'.repeat(20 - full)}`
      err.write(`\r[${bar}] ${done}/${total} ${what}${done === total ? '\n' : ''}`)
    },
    paint: (name, text) => (colour ? `\u001b[${codes[name]}m${text}\u001b[0m` : text),
  }
}
