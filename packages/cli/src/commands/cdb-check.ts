import { type Cdb, describeProblems, loadCdb } from '@mla/cdb'
import type { CliCommand } from '../cli.ts'
import { folderOf } from '../folder.ts'

export const cdbCheck: CliCommand = {
  name: 'cdb check',
  summary: 'Check the configuration files: every problem, its place and its cure',
  arguments: [['[folder]', 'the configuration; default MLA_CDB, or cdb']],
  options: [['--strict', 'count warnings as problems']],
  examples: ['mla cdb check', 'mla cdb check /etc/mla/cdb --json'],
  async run(cli, given) {
    const { out } = cli
    const folder = folderOf(cli, given)
    const result = await loadCdb(folder, cli.env)
    const problems = result.ok ? [] : result.problems
    const warnings = result.ok ? result.warnings : []
    const failed = problems.length > 0 || (given.flag('strict') && warnings.length > 0)
    if (out.json) {
      const cdb = result.ok ? { version: result.cdb.version, ...countsOf(result.cdb) } : null
      out.document({ ok: !failed, cdb, problems, warnings })
      return failed ? 1 : 0
    }
    if (problems.length > 0) out.line(describeProblems(problems, folder))
    if (warnings.length > 0) {
      out.line(out.paint('yellow', `${count(warnings.length, 'warning')}:`))
      out.line(describeProblems(warnings, folder))
    }
    if (!result.ok)
      out.line(out.paint('red', `\n${count(problems.length, 'problem')} in ${folder}`))
    else out.line(summaryOf(folder, result.cdb, out.paint('green', 'good')))
    return failed ? 1 : 0
  },
}

const count = (size: number, noun: string): string => `${size} ${noun}${size === 1 ? '' : 's'}`

const countsOf = ({ points, sources, archiveClasses }: Cdb) => ({
  points: points.size,
  sources: sources.size,
  archiveClasses: archiveClasses.size,
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
  ].join('\n')
}
