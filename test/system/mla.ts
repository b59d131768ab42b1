import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts')

/** Runs `mla …` as an engineer does, against this HMI. */
export const mlaAt =
  (hmiUrl: string, env: Readonly<Record<string, string>> = {}) =>
  (...words: readonly string[]): Promise<Said> =>
    new Promise((resolve) => {
      const settings = { PATH: process.env['PATH'] ?? '', USER: 'anna', MLA_URL: hmiUrl, ...env }
      const args = ['--disable-warning=ExperimentalWarning', main, ...words]
      execFile(process.execPath, args, { env: settings }, (error, out, err) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0
        resolve({ code, out, err })
      })
    })
