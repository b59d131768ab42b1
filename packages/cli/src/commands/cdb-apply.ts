import { diffCdb, readTexts } from '@mla/cdb'
import type { Cli, CliCommand, ExitCode } from '../cli.ts'
import { isSame, printDifference } from '../difference.ts'
import { Failure } from '../failure.ts'
import { cdbIn, folderOf } from '../folder.ts'
import { ask } from '../graphql.ts'
import { howMany } from '../how-many.ts'
import { cdbOf, readVersion, readVersions } from '../versions.ts'

const result = 'accepted number problems { file line path message cure } warnings { message }'
const apply = /* GraphQL */ `
  mutation ($files: [ConfigurationFileInput!]!, $why: String!, $by: String, $base: Int) {
    outcome: applyConfiguration(files: $files, why: $why, by: $by, base: $base) { ${result} }
  }
`
const rollBack = /* GraphQL */ `
  mutation ($number: Int!, $why: String!, $by: String) {
    outcome: rollBackConfiguration(number: $number, why: $why, by: $by) { ${result} }
  }
`

interface Outcome {
  readonly accepted: boolean
  readonly number: number | null
  readonly problems: readonly Problem[]
  readonly warnings: readonly { readonly message: string }[]
}
interface Problem {
  readonly file: string
  readonly line: number | null
  readonly path: string
  readonly message: string
  readonly cure: string
}

const why = ['--why <reason>', 'for what reason: it is kept with the version'] as const
const dryRun = ['--dry-run', 'tell the difference, and change nothing'] as const

export const cdbApply: CliCommand = {
  name: 'cdb apply',
  summary: 'Check a folder, tell the difference, and make it the configuration in force',
  arguments: [['[folder]', 'default MLA_CDB, or cdb']],
  options: [why, dryRun],
  examples: ['mla cdb apply --dry-run', "mla cdb apply cdb --why 'Telescope 10 joins the array'"],
  async run(cli, given) {
    const folder = folderOf(cli, given)
    const after = await cdbIn(cli, folder)
    const files = await readTexts(folder)
    if (files === null) throw new Failure(1, `${folder} is not readable`, 'try: mla cdb check')
    const [inForce] = await readVersions(cli)
    if (inForce) {
      const texts = await readVersion(cli, inForce.number)
      const difference = diffCdb(cdbOf(cli, texts, `version ${inForce.number}`), after)
      if (!cli.out.json) printDifference(cli.out, difference)
      if (isSame(difference) && !given.flag('dryRun')) {
        cli.out.note('mla: it means the same as what is in force; only comments and order differ')
      }
      if (given.flag('dryRun')) {
        if (cli.out.json) cli.out.document(difference)
        return 0
      }
    } else if (given.flag('dryRun')) {
      cli.out.line(
        `${after.points.size} points of ${after.sources.size} sources, the first version`,
      )
      return 0
    }
    const reason = reasonOf(given.text('why'))
    const base = inForce?.number ?? 0
    return publish(cli, apply, { files, why: reason, by: nameOf(cli), base })
  },
}

export const cdbRollback: CliCommand = {
  name: 'cdb rollback',
  summary: 'Make an older version the configuration in force again, as a new version',
  arguments: [['<version>', 'its number, as mla cdb history tells']],
  options: [why],
  examples: ["mla cdb rollback 16 --why 'Telescope 10 is not ready'"],
  async run(cli, given) {
    const [word = ''] = given.words
    if (!/^\d+$/.test(word)) throw new Failure(2, `"${word}" is no version`, 'see mla cdb history')
    const reason = reasonOf(given.text('why'))
    return publish(cli, rollBack, { number: Number(word), why: reason, by: nameOf(cli) })
  },
}

function reasonOf(text: string | null): string {
  if (text !== null && text.trim() !== '') return text
  throw new Failure(2, 'a change needs a reason', "give --why '…': others read it in the history")
}

const nameOf = ({ env }: Cli): string =>
  env['SUDO_USER'] || env['USER'] || env['LOGNAME'] || 'unknown'

async function publish(cli: Cli, mutation: string, variables: object): Promise<ExitCode> {
  const { data } = await ask<{ outcome: Outcome }>(cli, mutation, { ...variables })
  const { accepted, number, problems, warnings } = data.outcome
  if (cli.out.json) cli.out.document(data.outcome)
  else if (accepted) {
    cli.out.line(cli.out.paint('green', `version ${number} is in force`))
    cli.out.line('components take it over now: mla status')
  } else cli.out.note(cli.out.paint('red', `mla: refused, ${howMany(problems.length, 'problem')}`))
  for (const { message } of warnings) cli.out.note(`mla: warning: ${message}`)
  for (const { file, line, message, cure } of cli.out.json ? [] : problems) {
    cli.out.note(`${file}${line === null ? '' : `:${line}`}\n    ${message}\n    ${cure}`)
  }
  return accepted ? 0 : 1
}
