import { buildCdb } from './build.ts'
import type { LoadResult } from './cdb.ts'
import type { Environment } from './environment.ts'
import { readFolder } from './read-folder.ts'

/**
 * Reads and validates the configuration in a folder. Never throws for what is in it: all that is
 * wrong is in the answer. `env` fills `${NAME:-default}` in endpoints and password files.
 */
export async function loadCdb(folder: string, env: Environment = {}): Promise<LoadResult> {
  const { files, problems } = await readFolder(folder)
  return buildCdb(files, env, problems)
}
