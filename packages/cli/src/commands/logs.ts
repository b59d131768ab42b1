import { formatTime, isPriority, priorities } from '@mla/model'
import type { CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { followLogs } from '../follow-logs.ts'
import { numberIn, timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { logFields, logLine, type ShownLog } from '../log-lines.ts'
import { streamLogs } from '../stream-logs.ts'

const query = `query ($filter: LogFilter, $from: DateTime, $to: DateTime, $first: Int, $after: String,
    $order: LogOrder) {
  logs(filter: $filter, from: $from, to: $to, first: $first, after: $after, order: $order) {
    edges { node { ${logFields} } } pageInfo { hasNextPage endCursor } } }`

interface Answer {
  readonly logs: {
    readonly edges: readonly { readonly node: ShownLog }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

export const logs: CliCommand = {
  name: 'logs',
  summary: 'Search log records, or follow them live',
  arguments: [],
  options: [
    ['-f, --follow', 'go on with what comes, until Ctrl-C'],
    ['--from <time>', 'RFC 3339, or how long ago: 15m, 2d'],
    ['--to <time>', 'RFC 3339, or how long ago'],
    ['--min <priority>', 'TRACE to EMERGENCY: this one and what is above'],
    ['--source <names>', 'names or patterns, with commas'],
    ['--host <names>', 'names or patterns, with commas'],
    ['--audience <name>', 'for whom it is'],
    ['--text <text>', 'part of the message, in any case'],
    ['--regex <expression>', 'of the message; (?i) in front: in any case'],
    ['--field <name=value>', 'a field, or process, thread, file, line, routine; with commas'],
    ['--count <number>', 'the newest so many', '100'],
    ['--all', 'all of the range, the oldest first'],
  ],
  examples: [
    'mla logs --from 1h --min ERROR',
    'mla logs -f --source hosts --text actuator',
    "mla logs --from 1d --regex 'port \\d+ down' --json",
  ],
  async run(cli, given) {
    const filter = filterOf(given)
    const time = (name: string): string | null => {
      const text = given.text(name)
      return text === null ? null : formatTime(timeOf(text, Date.now()))
    }
    const range = { from: time('from'), to: time('to') }
    const count = numberIn(given, 'count', { min: 0, max: 10_000 })
    const print = (record: ShownLog): void =>
      cli.out.line(cli.out.json ? JSON.stringify(record) : logLine(cli.out, record))
    if (given.flag('follow')) {
      if (range.to !== null) throw new Failure(2, '--to has no meaning with --follow', 'leave it')
      const since = range.from ?? formatTime(Date.now() * 1000)
      await followLogs(cli, filter, since, print)
      return 0
    }
    if (given.flag('all')) {
      // One record a line: a whole range may be too much for one document.
      for await (const record of streamLogs(cli, filter, range)) print(record)
      return 0
    }
    const variables = { filter, ...range, first: count, order: 'NEWEST' }
    const { data, complete } = await ask<Answer>(cli, query, variables)
    const records = data.logs.edges.map(({ node }) => node).reverse()
    if (cli.out.json) cli.out.document(records)
    else for (const record of records) print(record)
    if (data.logs.pageInfo.hasNextPage) {
      cli.out.note(cli.out.paint('dim', `the newest ${count}; there are more: --count, --all`))
    }
    return complete ? 0 : 1
  },
}

function filterOf(given: Given): Record<string, unknown> {
  const least = given.text('min')?.toUpperCase() ?? null
  if (least !== null && !isPriority(least)) {
    throw new Failure(2, `--min is "${least}"`, `write one of ${priorities.join(', ')}`)
  }
  const names = (option: string) =>
    given
      .text(option)
      ?.split(',')
      .map((one) => one.trim()) ?? null
  const fields = names('field')?.map((pair) => {
    const [name = '', ...value] = pair.split('=')
    if (value.length > 0) return [name, value.join('=')] as const
    throw new Failure(2, `--field is "${pair}"`, 'write name=value')
  })
  return {
    minPriority: least,
    sources: names('source'),
    hosts: names('host'),
    audience: given.text('audience'),
    text: given.text('text'),
    regex: given.text('regex'),
    fields: fields ? Object.fromEntries(fields) : null,
  }
}
