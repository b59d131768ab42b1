import { type Difference, diffCdb } from '@mla/cdb'
import type { CliCommand } from '../cli.ts'
import { cdbIn, folderOf } from '../folder.ts'

export const cdbDiff: CliCommand = {
  name: 'cdb diff',
  summary: 'Tell what a new configuration would add, change and remove',
  arguments: [
    ['<before>', 'a configuration folder'],
    ['<after>', 'another one'],
  ],
  options: [],
  examples: ['mla cdb diff /etc/mla/cdb cdb'],
  async run(cli, given) {
    const before = await cdbIn(cli, folderOf(cli, given, 0))
    const after = await cdbIn(cli, folderOf(cli, given, 1))
    const difference = diffCdb(before, after)
    if (cli.out.json) {
      cli.out.document(difference)
      return 0
    }
    const tell = (what: string, { added, changed, removed }: Difference): void => {
      cli.out.line(
        `${what}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
      )
      for (const key of added) cli.out.line(cli.out.paint('green', `  + ${key}`))
      for (const key of changed) cli.out.line(cli.out.paint('yellow', `  ~ ${key}`))
      for (const key of removed) cli.out.line(cli.out.paint('red', `  - ${key}`))
    }
    tell('sources', difference.sources)
    tell('archive classes', difference.archiveClasses)
    tell('components', difference.components)
    tell('points', difference.points)
    return 0
  },
}
