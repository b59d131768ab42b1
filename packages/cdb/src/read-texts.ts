import type { CdbText } from './documents.ts'
import { readFolder } from './read-folder.ts'

/** The files of a folder, as they are published; null where one of them cannot be read. */
export async function readTexts(folder: string): Promise<readonly CdbText[] | null> {
  const { files, problems } = await readFolder(folder)
  return problems.length > 0 ? null : files.map(({ file, text }) => ({ path: file, text }))
}
