import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The example observatory with only its first telescopes, where a test needs no more load. */
export function smallCdb(telescopes: number): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mla-cdb-'))
  cpSync(join(root, 'cdb'), folder, { recursive: true })
  // The alarms are those of all telescopes.
  rmSync(join(folder, 'alarms'), { recursive: true, force: true })
  const file = join(folder, 'telescopes.yaml')
  const [head = '', ...each] = readFileSync(file, 'utf8').split(/^(?= {2}Tel\d)/m)
  writeFileSync(file, [head, ...each.slice(0, telescopes)].join(''))
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
