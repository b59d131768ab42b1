import { type Cdb, describeProblems, loadCdb } from '@mla/cdb'
import type { Cli, Given } from './cli.ts'
import { Failure } from './failure.ts'
import { howMany } from './how-many.ts'

/** The configuration folder that a command is about. */
export function folderOf(cli: Cli, given: Given, word = 0): string {
  const { MLA_CDB: setting } = cli.env
  // Services that follow the topic have it in the place of a folder.
  return given.words[word] ?? (setting && setting !== 'bus' ? setting : 'cdb')
}

/** The configuration in a folder; its problems end the command. */
export async function cdbIn(cli: Cli, folder: string): Promise<Cdb> {
  const result = await loadCdb(folder, cli.env)
  if (result.ok) return result.cdb
  const problems = describeProblems(result.problems.slice(0, 10), folder)
  const cure = `mla cdb check ${folder} tells all`
  throw new Failure(
    1,
    `the configuration has ${howMany(result.problems.length, 'problem')}\n${problems}`,
    cure,
  )
}
