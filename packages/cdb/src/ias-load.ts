import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AlarmsResult, buildIas } from './ias-build.ts'
import { iasFolders } from './ias-shape.ts'
import { readFolderAs } from './read-folder.ts'

/** The folder of an IAS CDB: this one, or `CDB/` in it; null where there is none. */
export function iasFolderOf(folder: string): string | null {
  return (
    [folder, join(folder, 'CDB')].find((one) => {
      const has = (name: string): boolean => existsSync(join(one, name))
      const settings = ['json', 'yaml', 'yml'].some((ending) => has(`ias.${ending}`))
      return settings || (has('IASIO') && Object.keys(iasFolders).some(has))
    }) ?? null
  )
}

/** Reads and checks an IAS CDB that lies by itself. Never throws for what is in it. */
export async function loadIas(folder: string): Promise<AlarmsResult> {
  const { files, problems } = await readFolderAs(folder, 'alarms')
  return buildIas(files, problems)
}
