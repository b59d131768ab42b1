import { type Cdb, describeProblems, type Environment, loadCdb } from '@mla/cdb'
import { MlaError } from '@mla/model'

/** The configuration to start with. Throws CDB_INVALID with every problem in it. */
export async function readCdb(folder: string, env: Environment): Promise<Cdb> {
  const loaded = await loadCdb(folder, env)
  if (loaded.ok) return loaded.cdb
  throw new MlaError(
    'CDB_INVALID',
    `the configuration in "${folder}" is not valid:\n${describeProblems(loaded.problems)}`,
  )
}
