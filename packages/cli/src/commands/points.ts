import type { CliCommand } from '../cli.ts'
import { printCsv } from '../csv.ts'
import { formatIn } from '../format.ts'
import { numberIn } from '../given.ts'
import { type FoundPoint, findPoints } from '../point-query.ts'
import { printTable } from '../table.ts'

export const points: CliCommand = {
  name: 'points',
  summary: 'Find points by name or description',
  arguments: [
    ['[match]', 'a pattern (* does not cross /, ** does), or a part of the id or description'],
  ],
  options: [
    ['--first <number>', 'how many', '100'],
    ['--format <format>', 'table, csv, json', 'table'],
  ],
  examples: ['mla points azimuth', "mla points 'Tel0?/Mount/**' --first 1000"],
  async run(cli, given) {
    const format = formatIn(cli, given)
    const first = numberIn(given, 'first', { min: 1, max: 1_000_000 })
    const { found, total } = await findPoints(cli, given.words[0] ?? null, first)
    if (format === 'json') {
      cli.out.document(found)
      return 0
    }
    if (format === 'csv') {
      const fields = ['id', 'type', 'unit', 'intervalMs', 'source', 'archiveClass', 'description']
      const columns = fields.map((name) => ({
        name,
        value: (point: FoundPoint) => point[name as keyof FoundPoint],
      }))
      printCsv(cli.out, found, columns)
    } else
      printTable(cli.out, found, [
        { title: 'POINT', text: ({ id }) => id },
        { title: 'TYPE', text: ({ type }) => type },
        { title: 'UNIT', text: ({ unit }) => unit ?? '' },
        { title: 'MS', align: 'right', text: ({ intervalMs }) => String(intervalMs) },
        { title: 'SOURCE', text: ({ source }) => source },
        { title: 'DESCRIPTION', text: ({ description }) => description ?? '' },
      ])
    if (total > found.length) {
      cli.out.note(`${found.length} of ${total}: narrow the pattern, or give --first ${total}`)
    }
    return 0
  },
}
