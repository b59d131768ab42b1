import { buildCdb, type Cdb, type CdbText, cdbFilesOf, describeProblems } from '@mla/cdb'
import type { Cli } from './cli.ts'
import { Failure } from './failure.ts'
import { cdbIn } from './folder.ts'
import { ask } from './graphql.ts'

export interface ShownVersion {
  readonly number: number
  readonly hash: string
  readonly time: string
  readonly by: string
  readonly why: string
  readonly fileCount: number
}

/** The versions that are kept, the one in force first. */
export async function readVersions(cli: Cli): Promise<readonly ShownVersion[]> {
  const query = '{ configurationVersions { number hash time by why fileCount } }'
  const { data } = await ask<{ configurationVersions: readonly ShownVersion[] }>(cli, query, {})
  return data.configurationVersions
}

export async function readVersion(cli: Cli, number: number): Promise<readonly CdbText[]> {
  const query = 'query ($number: Int!) { configurationFiles(number: $number) { path text } }'
  const { data } = await ask<{ configurationFiles: readonly CdbText[] }>(cli, query, { number })
  return data.configurationFiles
}

/** A configuration that is written as a number of a version, `in-force`, or a folder. */
export async function configurationOf(cli: Cli, word: string): Promise<Cdb> {
  if (word === 'in-force') {
    const [newest] = await readVersions(cli)
    if (newest) return cdbOf(cli, await readVersion(cli, newest.number), `version ${newest.number}`)
    throw new Failure(1, 'there is no configuration in force', 'publish one: mla cdb apply')
  }
  if (!/^\d+$/.test(word)) return cdbIn(cli, word)
  return cdbOf(cli, await readVersion(cli, Number(word)), `version ${word}`)
}

export function cdbOf(cli: Cli, texts: readonly CdbText[], name: string): Cdb {
  const { files, problems } = cdbFilesOf(texts)
  const result = buildCdb(files, cli.env, problems)
  if (result.ok) return result.cdb
  throw new Failure(
    1,
    `${name} has problems here\n${describeProblems(result.problems.slice(0, 5))}`,
    'set the variables that its endpoints name, or bring the software up to date',
  )
}
