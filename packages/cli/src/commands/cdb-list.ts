import { matcherOf } from '@mla/model'
import type { CliCommand } from '../cli.ts'
import { cdbIn, folderOf } from '../folder.ts'
import { printTable } from '../table.ts'

export const cdbList: CliCommand = {
  name: 'cdb list',
  summary: 'List the points that the configuration files declare',
  arguments: [['[match]', 'a pattern (* does not cross /, ** does), or a part of the id']],
  options: [['--cdb <folder>', 'the configuration; default MLA_CDB, or cdb']],
  examples: ["mla cdb list 'Tel01/Mount/**'"],
  async run(cli, given) {
    const cdb = await cdbIn(cli, given.text('cdb') ?? folderOf(cli, { ...given, words: [] }))
    const matches = matcherOf(given.words[0] ?? '')
    const found = [...cdb.points.values()].filter(({ id, description }) => matches(id, description))
    if (cli.out.json) {
      cli.out.document(
        found.map(({ enumeration, ...point }) => ({
          ...point,
          enumeration: enumeration && Object.fromEntries(enumeration),
        })),
      )
      return 0
    }
    printTable(cli.out, found, [
      { title: 'POINT', text: ({ id }) => id },
      { title: 'TYPE', text: ({ type }) => type },
      { title: 'UNIT', text: ({ unit }) => unit ?? '' },
      { title: 'MS', align: 'right', text: ({ intervalMs }) => String(intervalMs) },
      { title: 'SOURCE', text: ({ source }) => source },
      { title: 'NODE', text: ({ nodeId }) => nodeId },
    ])
    return 0
  },
}
