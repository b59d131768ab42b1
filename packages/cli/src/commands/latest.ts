import { formatTime } from '@mla/model'
import type { CliCommand } from '../cli.ts'
import { printCsv } from '../csv.ts'
import { Failure } from '../failure.ts'
import { formatIn } from '../format.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { findPoints } from '../point-query.ts'
import {
  qualityText,
  type ShownSample,
  sampleColumns,
  sampleFields,
  valueText,
} from '../samples.ts'
import { printTable } from '../table.ts'

const query = /* GraphQL */ `
  query ($points: [ID!]!, $at: DateTime) { latest(points: $points, at: $at) { ${sampleFields} } }
`

export const latest: CliCommand = {
  name: 'latest',
  summary: 'Show the newest value of points',
  arguments: [['<points...>', 'ids, or patterns with * or ?']],
  options: [
    ['--at <time>', 'as it was then: RFC 3339, or how long ago (1h)'],
    ['--format <format>', 'table, csv, json', 'table'],
  ],
  examples: ['mla latest Tel01/Mount/Azimuth/Position', "mla latest 'Tel0?/State'"],
  async run(cli, given) {
    const format = formatIn(cli, given)
    const ids: string[] = []
    for (const word of given.words) {
      if (!/[*?]/.test(word)) {
        ids.push(word)
        continue
      }
      const { found } = await findPoints(cli, word, mostPoints)
      if (found.length === 0) cli.out.note(`mla: no point matches ${word}`)
      ids.push(...found.map(({ id }) => id))
    }
    if (ids.length === 0) throw new Failure(1, 'there is no such point', 'find it with: mla points')
    const moment = given.text('at')
    const at = moment === null ? null : formatTime(timeOf(moment, Date.now()))
    const { data, complete } = await ask<{ latest: ShownSample[] }>(cli, query, { points: ids, at })
    const samples = data.latest
    if (format === 'json') cli.out.document(samples)
    else if (format === 'csv') printCsv(cli.out, samples, sampleColumns)
    else {
      printTable(cli.out, samples, [
        { title: 'POINT', text: ({ point }) => point },
        { title: 'TIME', text: ({ time }) => time },
        { title: 'QUALITY', text: (sample) => qualityText(cli.out, sample) },
        { title: 'VALUE', text: ({ value, text }) => valueText(value, text) },
      ])
    }
    const silent = ids.length - samples.length
    if (silent > 0 && complete) cli.out.note(`mla: ${silent} of ${ids.length} points have no value`)
    return complete && silent === 0 ? 0 : 1
  },
}

const mostPoints = 25_000
