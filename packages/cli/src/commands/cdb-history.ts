import type { CliCommand } from '../cli.ts'
import { numberIn } from '../given.ts'
import { printTable } from '../table.ts'
import { readVersions } from '../versions.ts'

export const cdbHistory: CliCommand = {
  name: 'cdb history',
  summary: 'List the versions of the configuration: when, who and why',
  arguments: [],
  options: [['--first <number>', 'how many, the newest first', '20']],
  examples: ['mla cdb history'],
  async run(cli, given) {
    const first = numberIn(given, 'first', { min: 1, max: 1000 })
    const versions = (await readVersions(cli)).slice(0, first)
    if (cli.out.json) cli.out.document(versions)
    else {
      printTable(cli.out, versions, [
        { title: 'VERSION', align: 'right', text: ({ number }) => String(number) },
        { title: 'TIME', text: ({ time }) => time },
        { title: 'BY', text: ({ by }) => by },
        { title: 'FILES', align: 'right', text: ({ fileCount }) => String(fileCount) },
        { title: 'HASH', text: ({ hash }) => hash },
        { title: 'WHY', text: ({ why }) => why },
      ])
      if (versions.length === 0) cli.out.note('mla: there is none: publish one with mla cdb apply')
    }
    return 0
  },
}
