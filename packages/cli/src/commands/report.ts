import { formatTime } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { oneLine, printTable } from '../table.ts'

const query = `query ($from: DateTime!, $to: DateTime!) {
  alarmFigures(from: $from, to: $to) { annunciated perTenMinutes mostInTenMinutes
    mostFrequent { alarm count } floods { from to count } acknowledged { count median longest } }
  downtime(from: $from, to: $to) { seconds causes { alarm priority count seconds longestSeconds } }
  dataQuality(from: $from, to: $to) { systems { system points good uncertain bad missing } }
  actions: logs(filter: { sources: ["mla/actions"] }, from: $from, to: $to, first: 500, order: OLDEST) {
    edges { node { time message } } pageInfo { hasNextPage } }
  notes(from: $from, to: $to, first: 500) { time point alarm text by } }`

interface Report {
  readonly alarmFigures: {
    readonly annunciated: number
    readonly perTenMinutes: number
    readonly mostInTenMinutes: number
    readonly mostFrequent: readonly { readonly alarm: string; readonly count: number }[]
    readonly floods: readonly {
      readonly from: string
      readonly to: string
      readonly count: number
    }[]
    readonly acknowledged: {
      readonly count: number
      readonly median: number | null
      readonly longest: number | null
    }
  }
  readonly downtime: {
    readonly seconds: number
    readonly causes: readonly {
      readonly alarm: string
      readonly priority: string
      readonly count: number
      readonly seconds: number
      readonly longestSeconds: number
    }[]
  }
  readonly dataQuality: {
    readonly systems: readonly {
      readonly system: string
      readonly points: number
      readonly good: number
      readonly uncertain: number
      readonly bad: number
      readonly missing: number
    }[]
  }
  readonly actions: {
    readonly edges: readonly {
      readonly node: { readonly time: string; readonly message: string }
    }[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
  readonly notes: readonly {
    readonly time: string
    readonly point: string | null
    readonly alarm: string | null
    readonly text: string
    readonly by: string
  }[]
}

export const nightReport: CliCommand = {
  name: 'report',
  summary: 'A night: alarms, downtime by cause, data quality, actions and notes',
  arguments: [],
  options: [
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 30d)', '12h'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
  ],
  examples: ['mla report', "mla report --from 12h | mail -s 'Last night' crew@observatory.org"],
  async run(cli, given) {
    const now = Date.now()
    const from = timeOf(given.text('from') ?? '12h', now)
    const to = timeOf(given.text('to') ?? 'now', now)
    if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
    const range = { from: formatTime(from), to: formatTime(to) }
    const { data, complete } = await ask<Report>(cli, query, range)
    if (cli.out.json) cli.out.document({ ...range, ...data })
    else print(cli, range, data)
    return complete ? 0 : 1
  },
}

const minutes = (seconds: number): string => `${(seconds / 60).toFixed(1)} min`
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

function print(
  { out }: Cli,
  range: { readonly from: string; readonly to: string },
  report: Report,
): void {
  const { alarmFigures: alarms, downtime, dataQuality, actions, notes } = report
  const title = (text: string): void => out.line(`\n${out.paint('bold', text)}`)
  const list = (lines: readonly string[]): void => {
    for (const line of lines.length > 0 ? lines : ['none']) out.line(`  ${oneLine(line)}`)
  }
  out.line(out.paint('bold', `Report of ${range.from} to ${range.to}`))
  title('Alarms')
  const { count, median, longest } = alarms.acknowledged
  const { annunciated, perTenMinutes, mostInTenMinutes } = alarms
  out.line(
    `  ${annunciated} called: ${perTenMinutes.toFixed(2)} in ten minutes, at most ${mostInTenMinutes}`,
  )
  const times =
    median === null ? '' : `: half within ${minutes(median)}, all ${minutes(longest ?? 0)}`
  out.line(`  ${count} acknowledged${times}`)
  list(alarms.floods.map((one) => `flood ${one.from} to ${one.to}: ${one.count}`))
  title('Most frequent')
  list(alarms.mostFrequent.map((one) => `${one.alarm}: ${one.count}`))
  title(`Downtime by cause: ${minutes(downtime.seconds)} with an alarm HIGH or CRITICAL`)
  if (downtime.causes.length === 0) list([])
  else {
    printTable(out, downtime.causes, [
      { title: 'alarm', text: ({ alarm }) => alarm },
      { title: 'priority', text: ({ priority }) => priority },
      { title: 'times', align: 'right', text: (one) => String(one.count) },
      { title: 'in all', align: 'right', text: ({ seconds }) => minutes(seconds) },
      { title: 'longest', align: 'right', text: (one) => minutes(one.longestSeconds) },
    ])
  }
  title('Data quality, at six moments')
  printTable(out, dataQuality.systems, [
    { title: 'system', text: ({ system }) => system },
    { title: 'points', align: 'right', text: ({ points }) => String(points) },
    { title: 'good', align: 'right', text: ({ good }) => percent(good) },
    { title: 'uncertain', align: 'right', text: ({ uncertain }) => percent(uncertain) },
    { title: 'bad', align: 'right', text: ({ bad }) => percent(bad) },
    { title: 'missing', align: 'right', text: ({ missing }) => percent(missing) },
  ])
  title('Actions')
  list(actions.edges.map(({ node }) => `${node.time}  ${node.message}`))
  if (actions.pageInfo.hasNextPage) out.line('  and more: mla logs --source mla/actions')
  title('Notes')
  list(
    [...notes].reverse().map(({ time, point, alarm, text, by }) => {
      const about = [point, alarm].filter(Boolean).join(', ')
      return `${time}  ${by}${about ? ` on ${about}` : ''}: ${text}`
    }),
  )
}
