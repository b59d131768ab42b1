import { formatTime } from '@mla/model'
import type { CliCommand } from '../cli.ts'
import { printCsv } from '../csv.ts'
import { Failure } from '../failure.ts'
import { formatIn } from '../format.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { valueText } from '../samples.ts'
import { printTable } from '../table.ts'

const query = /* GraphQL */ `
  query ($points: [ID!]!, $from: DateTime!, $to: DateTime!, $percents: [Float!]!) {
    percentiles(points: $points, from: $from, to: $to, percents: $percents) {
      point tier count accuracy values { percent value }
    }
  }
`

interface Percentiles {
  readonly point: string
  readonly tier: string
  readonly count: number
  readonly accuracy: number
  readonly values: readonly { readonly percent: number; readonly value: number | null }[]
}

export const percentiles: CliCommand = {
  name: 'percentiles',
  summary: 'Show how the values of points are spread over a time',
  arguments: [['<points...>', 'ids']],
  options: [
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 365d)', '1d'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
    ['--percents <numbers>', 'with commas, 0 to 100', '1,5,50,95,99'],
    ['--format <format>', 'table, csv, json', 'table'],
  ],
  examples: ['mla percentiles Array/Weather/North/Temperature --from 365d --percents 50,99'],
  async run(cli, given) {
    const format = formatIn(cli, given)
    const now = Date.now()
    const from = timeOf(given.text('from') ?? '1d', now)
    const to = timeOf(given.text('to') ?? 'now', now)
    if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
    const percents = percentsIn(given.text('percents') ?? '')
    const range = { from: formatTime(from), to: formatTime(to) }
    const variables = { points: given.words, ...range, percents }
    const { data, complete } = await ask<{ percentiles: Percentiles[] }>(cli, query, variables)
    const found = data.percentiles
    if (format === 'json') cli.out.document(found)
    else if (format === 'csv') {
      const rows = found.flatMap(({ values, ...one }) =>
        values.map((each) => ({ ...one, ...each })),
      )
      const names = ['point', 'percent', 'value', 'count', 'tier'] as const
      printCsv(
        cli.out,
        rows,
        names.map((name) => ({ name, value: (row: (typeof rows)[number]) => row[name] })),
      )
    } else {
      printTable(cli.out, found, [
        { title: 'POINT', text: ({ point }) => point },
        { title: 'COUNT', align: 'right', text: ({ count }) => String(count) },
        ...percents.map((percent, i) => ({
          ...{ title: `P${percent}`, align: 'right' as const },
          text: ({ values }: Percentiles) => shortText(values[i]?.value ?? null),
        })),
        { title: 'TIER', text: ({ tier }) => tier },
      ])
    }
    return complete ? 0 : 1
  },
}

/** As many places as the accuracy bears. */
const shortText = (value: number | null): string =>
  valueText(value === null ? null : Number(value.toPrecision(4)))

function percentsIn(text: string): number[] {
  const percents = text.split(',').map((one) => (one.trim() === '' ? Number.NaN : Number(one)))
  if (percents.every((one) => one >= 0 && one <= 100)) return percents
  throw new Failure(2, `--percents is "${text}"`, 'write numbers from 0 to 100 with commas: 50,99')
}
