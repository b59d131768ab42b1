import { formatTime } from '@mla/model'
import type { CliCommand } from '../cli.ts'
import { printComponents } from '../component-table.ts'
import { problemsOf, readComponents } from '../components.ts'
import { timeOf } from '../given.ts'

export const status: CliCommand = {
  name: 'status',
  summary: 'Show how every component is, and what is wrong',
  arguments: [],
  options: [['--at <time>', 'as it was then: RFC 3339, or how long ago (1h)']],
  examples: ['mla status', 'mla status --at 15m', 'mla status --json | jq .problems'],
  async run(cli, given) {
    const moment = given.text('at')
    const at = moment === null ? null : formatTime(timeOf(moment, Date.now()))
    const components = await readComponents(cli, at)
    const problems = problemsOf(components)
    if (cli.out.json) cli.out.document({ components, problems })
    else {
      printComponents(cli.out, components, at === null ? Date.now() : Date.parse(at))
      for (const problem of problems) cli.out.note(cli.out.paint('yellow', `! ${problem}`))
    }
    if (components.length > 0) return problems.length === 0 ? 0 : 1
    cli.out.note('mla: nothing is heard of any component')
    return 1
  },
}
