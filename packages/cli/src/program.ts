import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Cli, CliCommand, ExitCode, Given } from './cli.ts'
import { alarms } from './commands/alarms.ts'
import {
  alarmsAck,
  alarmsOut,
  alarmsReturn,
  alarmsShelve,
  alarmsUnack,
  alarmsUnshelve,
} from './commands/alarms-act.ts'
import { alarmsExplain } from './commands/alarms-explain.ts'
import { alarmsFigures } from './commands/alarms-figures.ts'
import { alarmsTest } from './commands/alarms-test.ts'
import { backup, restore } from './commands/backup.ts'
import { campaignBegin, campaignEnd, campaignList } from './commands/campaign.ts'
import { cdbApply, cdbRollback } from './commands/cdb-apply.ts'
import { cdbCheck } from './commands/cdb-check.ts'
import { cdbDiff } from './commands/cdb-diff.ts'
import { cdbHistory } from './commands/cdb-history.ts'
import { cdbList } from './commands/cdb-list.ts'
import { completionOf } from './commands/completion.ts'
import { doctor } from './commands/doctor.ts'
import { exportSamples } from './commands/export.ts'
import { history } from './commands/history.ts'
import { importSamples } from './commands/import.ts'
import { latest } from './commands/latest.ts'
import { logs } from './commands/logs.ts'
import { logsLevel } from './commands/logs-level.ts'
import { logsTry } from './commands/logs-try.ts'
import { offsite } from './commands/offsite.ts'
import { opcuaBrowse } from './commands/opcua-browse.ts'
import { percentiles } from './commands/percentiles.ts'
import { points } from './commands/points.ts'
import { replaySamples } from './commands/replay.ts'
import { nightReport } from './commands/report.ts'
import { setup } from './commands/setup.ts'
import { simulateBegin, simulateEnd, simulateList, simulateRun } from './commands/simulate.ts'
import { status } from './commands/status.ts'
import { logLevel, ping, reconfigure, restart, start, stop } from './commands/tell.ts'
import { tokenAdd, tokenList, tokenRemove } from './commands/token.ts'
import { top } from './commands/top.ts'
import { userAdd, userList, userPasswd, userRemove, userRole } from './commands/user.ts'
import { failureOf } from './failure.ts'

/** In the order of `mla --help`. */
const commands: readonly CliCommand[] = [
  status,
  top,
  start,
  stop,
  restart,
  ping,
  logLevel,
  reconfigure,
  points,
  latest,
  history,
  percentiles,
  exportSamples,
  importSamples,
  offsite,
  replaySamples,
  campaignBegin,
  campaignList,
  campaignEnd,
  logs,
  logsLevel,
  alarms,
  alarmsAck,
  alarmsUnack,
  alarmsShelve,
  alarmsUnshelve,
  alarmsOut,
  alarmsReturn,
  alarmsExplain,
  alarmsFigures,
  alarmsTest,
  nightReport,
  cdbCheck,
  cdbList,
  cdbDiff,
  cdbApply,
  cdbHistory,
  cdbRollback,
  opcuaBrowse,
  logsTry,
  setup,
  doctor,
  backup,
  restore,
  userAdd,
  userList,
  userRole,
  userPasswd,
  userRemove,
  tokenAdd,
  tokenList,
  tokenRemove,
  simulateRun,
  simulateBegin,
  simulateList,
  simulateEnd,
  completionOf(() => commands),
]

/** What the first word of two stands for. */
const groups: Readonly<Record<string, string>> = {
  alarms: 'Alarms, what operators do to them, and why they are so',
  campaign: 'Points that are sampled faster for some time',
  cdb: 'The configuration: check its files, put them in force, look at versions',
  logs: 'Log records, and how they are understood',
  opcua: 'OPC-UA servers',
  user: 'Users with passwords (MLA_AUTH=local)',
  token: 'Tokens of machines',
  simulate: 'Faults and scenarios of the simulator (MLA_SIMULATOR_URL)',
}

/** Runs the command line; every way it can end is an exit code. */
export async function runProgram(
  words: readonly string[],
  cliFor: (json: boolean) => Cli,
): Promise<ExitCode> {
  let result: ExitCode = 0
  const cli = (): Cli => cliFor(program.opts()['json'] === true)
  const program: Command = build(cli, (command, given) => {
    return command.run(cli(), given).then((code) => {
      result = code
    })
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return result
  } catch (error) {
    // It has told its message itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { exitCode, message, cure } = failureOf(error)
    const { out } = cli()
    out.note(out.paint('red', `mla: ${message}`))
    if (cure !== '') out.note(`     ${cure}`)
    return exitCode
  }
}

type Run = (command: CliCommand, given: Given) => Promise<void>

function build(cli: () => Cli, run: Run): Command {
  const program = new Command('mla')
    .description('Monitoring, logging and alarms of a telescope array, from the command line')
    .option('--json', 'answer with one JSON document')
    .showHelpAfterError('(--help tells more)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => cli().out.line(text.trimEnd()),
      writeErr: (text) => cli().out.note(text.trimEnd()),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 good, 1 problems found, 2 wrong use, 3 not reachable.' +
        '\nEnvironment: MLA_URL (the HMI, default http://127.0.0.1:8080), MLA_TOKEN, MLA_CDB (default cdb), NO_COLOR.',
    )
  for (const command of commands) add(command, program, run)
  return program
}

function add(command: CliCommand, program: Command, run: Run): void {
  const [first = '', second] = command.name.split(' ')
  const parent = second === undefined ? program : groupOf(first, program)
  const added = parent.command(second ?? first).summary(command.summary)
  added.description(command.summary)
  for (const [name, description] of command.arguments) added.argument(name, description)
  for (const [flags, description, fallback] of command.options) {
    added.option(flags, description, nonEmpty, fallback)
  }
  if (command.examples.length > 0) {
    added.addHelpText(
      'after',
      `\nExamples:\n${command.examples.map((one) => `  ${one}`).join('\n')}`,
    )
  }
  added.action(async () => {
    const options: Readonly<Record<string, unknown>> = added.opts()
    await run(command, {
      words: added.args,
      text: (name) => (typeof options[name] === 'string' ? options[name] : null),
      flag: (name) => options[name] === true,
    })
  })
}

function nonEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.')
  return text
}

const groupOf = (name: string, program: Command): Command =>
  program.commands.find((one) => one.name() === name) ??
  program.command(name).description(groups[name] ?? name)
