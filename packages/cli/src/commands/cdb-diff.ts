import { diffCdb } from '@mla/cdb'
import type { CliCommand } from '../cli.ts'
import { printDifference } from '../difference.ts'
import { configurationOf } from '../versions.ts'

export const cdbDiff: CliCommand = {
  name: 'cdb diff',
  summary: 'Tell what one configuration adds, changes and removes beside another',
  arguments: [
    ['<before>', 'a folder, the number of a version, or in-force'],
    ['<after>', 'another one'],
  ],
  options: [],
  examples: ['mla cdb diff in-force cdb', 'mla cdb diff 16 17', 'mla cdb diff /etc/mla/cdb cdb'],
  async run(cli, given) {
    const [before = '', after = ''] = given.words
    const difference = diffCdb(
      await configurationOf(cli, before),
      await configurationOf(cli, after),
    )
    if (cli.out.json) cli.out.document(difference)
    else printDifference(cli.out, difference)
    return 0
  },
}
