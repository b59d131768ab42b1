import { formatTime } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { timeOf } from '../given.ts'
import { ask } from '../graphql.ts'

const query = `query ($from: DateTime!, $to: DateTime!) { alarmFigures(from: $from, to: $to) {
  from to annunciated perTenMinutes mostInTenMinutes floods { from to count } floodShare
  priorities { priority count } mostFrequent { alarm count share } chattering { alarm count }
  stale { alarm since } acknowledged { count median p90 longest } } }`

interface Figures {
  readonly annunciated: number
  readonly perTenMinutes: number
  readonly mostInTenMinutes: number
  readonly floods: readonly { readonly from: string; readonly to: string; readonly count: number }[]
  readonly floodShare: number
  readonly priorities: readonly { readonly priority: string; readonly count: number }[]
  readonly mostFrequent: readonly {
    readonly alarm: string
    readonly count: number
    readonly share: number
  }[]
  readonly chattering: readonly { readonly alarm: string; readonly count: number }[]
  readonly stale: readonly { readonly alarm: string; readonly since: string }[]
  readonly acknowledged: {
    readonly count: number
    readonly median: number | null
    readonly p90: number | null
    readonly longest: number | null
  }
}

export const alarmsFigures: CliCommand = {
  name: 'alarms figures',
  summary: 'How good the alarms are to their operators: rate, floods, chattering, stale',
  arguments: [],
  options: [
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 30d)', '1d'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
  ],
  examples: ['mla alarms figures', 'mla alarms figures --from 7d'],
  async run(cli, given) {
    const now = Date.now()
    const from = timeOf(given.text('from') ?? '1d', now)
    const to = timeOf(given.text('to') ?? 'now', now)
    if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
    const range = { from: formatTime(from), to: formatTime(to) }
    const { data } = await ask<{ alarmFigures: Figures }>(cli, query, range)
    if (cli.out.json) cli.out.document(data.alarmFigures)
    else print(cli, data.alarmFigures)
    return 0
  },
}

function print({ out }: Cli, found: Figures): void {
  const percent = (part: number): string => `${(100 * part).toFixed(1)} %`
  const list = (title: string, lines: readonly string[]): void => {
    out.line(out.paint('bold', title))
    for (const line of lines.length > 0 ? lines : ['none']) out.line(`  ${line}`)
  }
  const { count, median, p90, longest } = found.acknowledged
  const seconds = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} s`)
  out.line(
    `${found.annunciated} annunciations: ${found.perTenMinutes.toFixed(2)} in 10 minutes, at most ${found.mostInTenMinutes}`,
  )
  out.line(found.priorities.map((one) => `${one.priority} ${one.count}`).join(', '))
  out.line(
    `acknowledged ${count}: half within ${seconds(median)}, 90 % within ${seconds(p90)}, all within ${seconds(longest)}`,
  )
  list(
    `Floods (${percent(found.floodShare)} of the time)`,
    found.floods.map((one) => `${one.from} to ${one.to}: ${one.count}`),
  )
  list(
    'Most frequent',
    found.mostFrequent.map((one) => `${one.alarm}  ${one.count} (${percent(one.share)})`),
  )
  list(
    'Chattering',
    found.chattering.map((one) => `${one.alarm}  ${one.count} within a minute`),
  )
  list(
    'Stale: set for longer than a day',
    found.stale.map((one) => `${one.alarm}  since ${one.since}`),
  )
}
