import {
  type AlarmRules,
  type Cdb,
  describeProblems,
  iasFolderOf,
  loadCdb,
  loadIas,
  type Problem,
} from '@mla/cdb'
import type { CliCommand } from '../cli.ts'
import { folderOf } from '../folder.ts'

export const cdbCheck: CliCommand = {
  name: 'cdb check',
  summary: 'Check the configuration files: every problem, its place and its cure',
  arguments: [['[folder]', 'the configuration, or a CDB of IAS; default MLA_CDB, or cdb']],
  options: [['--strict', 'count warnings as problems']],
  examples: ['mla cdb check', 'mla cdb check /etc/mla/cdb --json'],
  async run(cli, given) {
    const { out } = cli
    const folder = folderOf(cli, given)
    const result = await check(folder, cli.env)
    const { problems, warnings } = result
    const failed = problems.length > 0 || (given.flag('strict') && warnings.length > 0)
    if (out.json) {
      out.document({ ok: !failed, cdb: result.counts, problems, warnings })
      return failed ? 1 : 0
    }
    if (problems.length > 0) out.line(describeProblems(problems, iasFolderOf(folder) ?? folder))
    if (warnings.length > 0) {
      out.line(out.paint('yellow', `${count(warnings.length, 'warning')}:`))
      out.line(describeProblems(warnings, iasFolderOf(folder) ?? folder))
    }
    if (problems.length > 0) {
      out.line(out.paint('red', `\n${count(problems.length, 'problem')} in ${folder}`))
    } else out.line(result.summary(folder, out.paint('green', 'good')))
    return failed ? 1 : 0
  },
}

interface Checked {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  readonly counts: Readonly<Record<string, string | number>> | null
  summary(folder: string, good: string): string
}

/** The folder is a configuration of ours, or one of IAS. */
async function check(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Checked> {
  const ias = iasFolderOf(folder)
  if (ias !== null) {
    const result = await loadIas(ias)
    const { ok, warnings } = result
    if (!ok) return { problems: result.problems, warnings, counts: null, summary: () => '' }
    const { alarms } = result
    const summary = (name: string, good: string) => `${name} is ${good}: ${alarmsOf(alarms)}`
    return { problems: [], warnings, counts: countsOfAlarms(alarms), summary }
  }
  const result = await loadCdb(folder, env)
  if (!result.ok)
    return { problems: result.problems, warnings: [], counts: null, summary: () => '' }
  const { cdb, warnings } = result
  return {
    ...{ problems: [], warnings, counts: { version: cdb.version, ...countsOf(cdb) } },
    summary: (name, good) => summaryOf(name, cdb, good),
  }
}

const countsOfAlarms = ({ supervisors, inputs }: AlarmRules) => {
  const dasus = [...supervisors.values()].flatMap((supervisor) => supervisor.dasus)
  const isAlarm = (id: string, dasu: (typeof dasus)[number]) =>
    dasu.iasios.get(id)?.type === 'ALARM'
  const alarms = dasus.reduce((sum, dasu) => {
    const sent = dasu.asces.filter(
      ({ output, properties }) => output === dasu.output || properties['mla.publish'] === 'true',
    )
    return sum + sent.filter(({ output }) => isAlarm(output, dasu)).length
  }, 0)
  return { alarms, dasus: dasus.length, supervisors: supervisors.size, alarmInputs: inputs.length }
}

function alarmsOf(rules: AlarmRules): string {
  const { alarms, dasus, supervisors, alarmInputs } = countsOfAlarms(rules)
  const points = alarmInputs > 0 ? `, from ${alarmInputs} points` : ''
  return `${alarms} alarms of ${dasus} DASUs in ${count(supervisors, 'Supervisor')}${points}`
}

const count = (size: number, noun: string): string => `${size} ${noun}${size === 1 ? '' : 's'}`

const countsOf = ({ points, sources, archiveClasses, alarms }: Cdb) => ({
  points: points.size,
  sources: sources.size,
  archiveClasses: archiveClasses.size,
  ...(alarms === null ? {} : countsOfAlarms(alarms)),
})

function summaryOf(folder: string, cdb: Cdb, good: string): string {
  const all = [...cdb.points.values()]
  const perSecond = all.reduce((sum, { intervalMs }) => sum + 1_000 / intervalMs, 0)
  const counted = (key: (point: (typeof all)[number]) => string): string => {
    const counts = new Map<string, number>()
    for (const point of all) counts.set(key(point), (counts.get(key(point)) ?? 0) + 1)
    return [...counts].map(([name, size]) => `${name} ${size}`).join(', ')
  }
  return [
    `${folder} is ${good}: ${all.length} points of ${cdb.sources.size} sources, at most ${Math.round(perSecond)} values/s`,
    `  version  ${cdb.version}`,
    `  sources  ${counted(({ source }) => source)}`,
    `  types    ${counted(({ type }) => type)}`,
    `  classes  ${counted(({ archiveClass }) => archiveClass)}`,
    ...(cdb.alarms === null ? [] : [`  alarms   ${alarmsOf(cdb.alarms)}`]),
  ].join('\n')
}
