import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

const sources = Array.from({ length: 9 }, (_, i) => `tel0${i + 1}`)

/** Beyond this rate of a point more points are made: no site samples all it has at 20 Hz. */
const fastestHz = 10
const fewest = 20_000

/** Signals of which every sample is a new value, so that the rate is that of the sampling. */
const kinds = [
  'float, range: [0, 2000], signal: { kind: noise, mean: 1020, noise: 6 }',
  'double, range: [-20, 60], signal: { kind: randomWalk, low: 0, high: 30, step: 0.02, noise: 0.01 }',
  'double, range: [-400, 400], signal: { kind: sine, mean: 10, amplitude: 200, periodS: 600, noise: 0.5 }',
  'int64, signal: { kind: counter, increment: 7001 }',
]

/**
 * A configuration whose servers give so many values a second: 20,000 points, each sampled as often
 * as that takes, in the sources, lanes and classes of the example observatory.
 */
export function rateCdb(valuesPerSecond: number): Disposable & { readonly folder: string } {
  const hertz = Math.min(fastestHz, Math.max(1, Math.round(valuesPerSecond / fewest)))
  const intervalMs = Math.round(1000 / hertz)
  const each = Math.round((valuesPerSecond * intervalMs) / 1000 / sources.length / kinds.length)
  const folder = mkdtempSync(join(tmpdir(), 'mla-rate-'))
  for (const file of ['sources.yaml', 'archive-classes.yaml', 'enumerations.yaml']) {
    cpSync(join(root, 'cdb', file), join(folder, file))
  }
  mkdirSync(join(folder, 'points'))
  sources.forEach((source, i) => {
    const points = kinds.map(
      (kind, k) =>
        `  Tel0${i + 1}/Load${k}/P{0001..${String(each).padStart(4, '0')}}: { type: ${kind}, intervalMs: ${intervalMs} }`,
    )
    const text = `source: ${source}\npoints:\n${points.join('\n')}\n`
    writeFileSync(join(folder, 'points', `${source}.yaml`), text)
  })
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
