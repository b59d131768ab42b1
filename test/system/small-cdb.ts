import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface SmallCdbSettings {
  /** Those of the site, which no telescope belongs to; by default there are none. */
  readonly alarms?: boolean
}

/** The example observatory with only its first telescopes, where a test needs no more load. */
export function smallCdb(
  telescopes: number,
  { alarms = false }: SmallCdbSettings = {},
): Disposable & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mla-cdb-'))
  cpSync(join(root, 'cdb'), folder, { recursive: true })
  if (alarms) leaveAlarmsOfSite(join(folder, 'alarms'))
  else rmSync(join(folder, 'alarms'), { recursive: true, force: true })
  edit(join(folder, 'telescopes.yaml'), /^(?= {2}Tel\d)/m, (_, index) => index < telescopes)
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Alarms of telescopes are those of the template: their rules, values and plugin's values go. */
function leaveAlarmsOfSite(folder: string): void {
  const isOfTelescope = (text: string): boolean => text.includes('templateId: telescope')
  for (const kind of ['ASCE', 'DASU']) {
    for (const name of readdirSync(join(folder, kind))) {
      const file = join(folder, kind, name)
      if (isOfTelescope(readFileSync(file, 'utf8'))) rmSync(file)
    }
  }
  rmSync(join(folder, 'SUPERVISOR', 'telescopes.yaml'))
  const gone = new Set<string>()
  const idOf = (text: string): string => /- id: (\S+)/.exec(text)?.[1] ?? ''
  edit(join(folder, 'IASIO', 'iasios.yaml'), /^(?=- id)/m, (text) => {
    if (isOfTelescope(text)) gone.add(idOf(text))
    return !isOfTelescope(text)
  })
  edit(join(folder, 'PLUGIN', 'monitoring.yaml'), /^(?= {2}- id)/m, (text) => !gone.has(idOf(text)))
}

/** Leaves of a file its head, and of the parts behind it those that are to stay. */
function edit(file: string, border: RegExp, stays: (part: string, index: number) => boolean): void {
  // A part may begin the file.
  const [head = '', ...parts] = `\n${readFileSync(file, 'utf8')}`.split(border)
  writeFileSync(file, [head, ...parts.filter(stays)].join(''))
}
