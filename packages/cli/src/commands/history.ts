import { formatTime, parseDuration } from '@mla/model'
import type { CliCommand, Output } from '../cli.ts'
import { printCsv } from '../csv.ts'
import { Failure } from '../failure.ts'
import { formatIn, formats } from '../format.ts'
import { numberIn, timeOf } from '../given.ts'
import { ask } from '../graphql.ts'
import { plotLines } from '../plot.ts'
import {
  qualityText,
  type ShownSample,
  sampleColumns,
  sampleFields,
  valueText,
} from '../samples.ts'
import { printTable } from '../table.ts'

const query = /* GraphQL */ `
  query ($points: [ID!]!, $from: DateTime!, $to: DateTime!, $maxPoints: Int, $every: Duration, $method: ResampleMethod, $maxHold: Duration, $aligned: Boolean) {
    history(points: $points, from: $from, to: $to, maxPoints: $maxPoints, every: $every, method: $method, maxHold: $maxHold, aligned: $aligned) {
      point tier
      samples { ${sampleFields} }
      buckets { time count min max mean first last }
    }
  }
`

interface Bucket {
  readonly time: string
  readonly count: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly first: unknown
  readonly last: unknown
}
interface Series {
  readonly point: string
  readonly tier: string
  readonly samples: readonly ShownSample[] | null
  readonly buckets: readonly Bucket[] | null
}

const methods = ['LAST', 'LINEAR', 'MEAN', 'MIN', 'MAX', 'COUNT']

export const history: CliCommand = {
  name: 'history',
  summary: 'Show what a point was over a time',
  arguments: [['<points...>', 'ids']],
  options: [
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 2d)', '1h'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
    ['--every <duration>', 'a value at each step: 1s, 5m, 1h'],
    ['--method <method>', `with --every: ${methods.join(', ')} (default LAST)`],
    ['--max-hold <duration>', 'with LAST and LINEAR: how long a value counts'],
    ['--max-points <number>', 'with more samples the answer is buckets', '1000'],
    ['--format <format>', 'table, csv, json, or a plot in the terminal', 'table'],
  ],
  examples: [
    'mla history Tel01/Mount/Azimuth/Position --from 15m',
    'mla history Array/Weather/North/Temperature --from 1d --every 1h --method mean',
    'mla history Array/Weather/North/Temperature --from 1w --format plot',
  ],
  async run(cli, given) {
    const format = formatIn(cli, given, formats)
    const now = Date.now()
    const from = timeOf(given.text('from') ?? '1h', now)
    const to = timeOf(given.text('to') ?? 'now', now)
    if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
    const every = given.text('every')
    if (every !== null) parseDuration(every)
    const maxHold = given.text('maxHold')
    if (maxHold !== null && every === null) {
      throw new Failure(2, '--max-hold needs --every', 'add --every 1m')
    }
    const { data, complete } = await ask<{ history: Series[] }>(cli, query, {
      points: given.words,
      from: formatTime(from),
      to: formatTime(to),
      maxPoints: numberIn(given, 'maxPoints', { min: 1, max: 1_000_000 }),
      every,
      method: methodOf(given.text('method'), every),
      maxHold,
      // Points that are read beside each other, now or later, then have the same steps.
      aligned: every !== null,
    })
    if (format === 'json') cli.out.document(data.history)
    else if (format === 'csv') showCsv(cli.out, data.history)
    else if (format === 'plot') {
      for (const series of data.history) showPlot(cli.out, series, from / 1000, to / 1000)
    } else for (const series of data.history) show(cli.out, series)
    return complete ? 0 : 1
  },
}

function methodOf(text: string | null, every: string | null): string | null {
  if (every === null) {
    if (text === null) return null
    throw new Failure(2, '--method needs --every', 'add --every 1m')
  }
  const method = (text ?? 'LAST').toUpperCase()
  if (methods.includes(method)) return method
  throw new Failure(2, `there is no method ${text}`, `write one of ${methods.join(', ')}`)
}

function showCsv(out: Output, all: readonly Series[]): void {
  const samples = all.flatMap((series) => series.samples ?? [])
  const buckets = all.flatMap(({ point, buckets }) =>
    (buckets ?? []).map((one) => ({ point, ...one })),
  )
  if (samples.length > 0 || buckets.length === 0) printCsv(out, samples, sampleColumns)
  if (buckets.length === 0) return
  if (samples.length > 0) out.line('')
  const names = ['point', 'time', 'count', 'min', 'max', 'mean', 'first', 'last'] as const
  printCsv(
    out,
    buckets,
    names.map((name) => ({ name, value: (row: (typeof buckets)[number]) => row[name] })),
  )
}

function showPlot(
  out: Output,
  { point, tier, samples, buckets }: Series,
  from: number,
  to: number,
): void {
  const numberIn = (value: unknown) =>
    typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : null
  const single = (samples ?? []).map(({ time, value }) => {
    const number = numberIn(value)
    return { time: Date.parse(time), low: number, high: number }
  })
  const several = (buckets ?? []).map(({ time, min, max }) => {
    // A bucket that the range begins within is drawn where the range begins.
    return { time: Math.max(from, Date.parse(time)), low: min, high: max }
  })
  const count = samples ? `${samples.length} samples` : `${several.length} buckets`
  out.line(out.paint('bold', `${point}: ${count} (${tier})`))
  const frame = { width: out.width ?? 80, height: 18, from, to }
  for (const line of plotLines(samples ? single : several, frame)) out.line(line)
}

function show(
  out: Parameters<typeof printTable>[0],
  { point, tier, samples, buckets }: Series,
): void {
  const count = samples?.length ?? buckets?.length ?? 0
  out.line(out.paint('dim', `${point}: ${count} ${samples ? 'samples' : 'buckets'} (${tier})`))
  if (samples !== null) {
    printTable(out, samples, [
      { title: 'TIME', text: ({ time }) => time },
      { title: 'QUALITY', text: (sample) => qualityText(out, sample) },
      { title: 'VALUE', text: ({ value, text }) => valueText(value, text) },
    ])
    return
  }
  const number = (title: string, text: (bucket: Bucket) => unknown) =>
    ({ title, align: 'right', text: (bucket: Bucket) => valueText(text(bucket)) }) as const
  printTable(out, buckets ?? [], [
    { title: 'TIME', text: ({ time }) => time },
    number('COUNT', ({ count }) => count),
    number('MIN', ({ min }) => min),
    number('MAX', ({ max }) => max),
    number('MEAN', ({ mean }) => mean),
    number('FIRST', ({ first }) => first),
    number('LAST', ({ last }) => last),
  ])
}
