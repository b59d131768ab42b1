import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatTime, parseDuration, type Sample } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { cdbIn, folderOf } from '../folder.ts'
import { timeOf } from '../given.ts'
import { findPoints } from '../point-query.ts'
import type { Manifest } from '../transfer/manifest.ts'
import { countSamples, type TimeRange } from '../transfer/read-samples.ts'
import { planReplay, type ReplayPlan, replay } from '../transfer/replay.ts'
import { exportedInOrder, samplesInOrder } from '../transfer/replay-source.ts'
import { writeStream } from '../transfer/write-samples.ts'

/** Behind the range: what lies on a line to the next value waits for it. */
const tailMicros = 120_000_000

export const replaySamples: CliCommand = {
  name: 'replay',
  summary:
    'Work out derived points again, by other rules, of samples that are archived or exported',
  arguments: [['<points...>', 'derived points: ids, or patterns with * or ?']],
  options: [
    ['--cdb <folder>', 'the configuration with the rules; default MLA_CDB'],
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 2d)', '1d'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
    ['--lead <duration>', 'what windows and states may reach back before --from', '1h'],
    ['--samples <folder>', 'what mla export made, instead of the archive'],
    ['--into <folder>', 'where the samples go, for mla import', 'replay'],
    ['--as <format>', 'parquet or csv', 'parquet'],
  ],
  examples: [
    "mla replay 'Tel01/Mount/**/Spread' --cdb new-cdb --from 30d --into spread",
    'mla import spread',
  ],
  async run(cli, given) {
    const now = Date.now()
    const from = timeOf(given.text('from') ?? '1d', now)
    const to = timeOf(given.text('to') ?? 'now', now)
    if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
    const as = given.text('as') ?? 'parquet'
    if (as !== 'parquet' && as !== 'csv') {
      throw new Failure(2, `--as is "${as}"`, 'write parquet or csv')
    }
    const folder = given.text('into') ?? 'replay'
    if (existsSync(join(folder, 'manifest.json'))) {
      throw new Failure(2, `${folder} holds samples already`, 'name another with --into')
    }
    const cdb = await cdbIn(cli, given.text('cdb') ?? folderOf(cli, given, given.words.length))
    const plan = planReplay(cdb, given.words)
    if (plan.wanted.size === 0) {
      const cure = 'derived points are those with "derived" in the files of --cdb'
      throw new Failure(1, `no derived point is ${given.words.join(' or ')}`, cure)
    }
    const lead = parseDuration(given.text('lead') ?? '1h')
    const read = { from: from - lead, to: Math.min(to + tailMicros, now * 1000) }
    const source = given.text('samples')
    if (source === null) await tellOfOthers(cli, plan, { from, to })
    const samples =
      source === null
        ? samplesInOrder(cli, cdb, plan.inputs, read)
        : exportedInOrder(source, plan.inputs, read)
    const points = [...plan.wanted].map((id) => {
      const { type = 'double', unit = null, description = null } = cdb.points.get(id) ?? {}
      return { id, type, unit, description, intervalMs: 0 }
    })
    const begun: Manifest = {
      ...{ format: 'mla-export-1', kind: 'samples', as, points, complete: false, files: [] },
      ...{ from: formatTime(from), to: formatTime(to), asked: ['replay', ...given.words] },
    }
    const made = replay(plan, cdb, progressing(cli, samples, read), { from, to })
    const { files } = await writeStream(folder, begun, made)
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    const answer = { folder, points: points.length, inputs: plan.inputs.length, rows }
    if (cli.out.json) cli.out.document(answer)
    else
      cli.out.line(
        `${rows} samples of ${points.length} points in ${folder}; mla import puts them into the archive`,
      )
    return 0
  },
}

async function* progressing(
  cli: Cli,
  pages: AsyncIterable<readonly Sample[]>,
  { from, to }: TimeRange,
): AsyncIterable<readonly Sample[]> {
  for await (const page of pages) {
    cli.signal.throwIfAborted()
    const last = page.at(-1)
    if (last) {
      const reached = Math.min(to, Math.max(from, last.sourceTime ?? last.collectedTime))
      cli.out.progress(Math.round((reached - from) / 1e6), Math.ceil((to - from) / 1e6), 's')
    }
    yield page
  }
}

/** An archive forgets nothing: what was made by the rules of before stays beside it. */
async function tellOfOthers(cli: Cli, { wanted }: ReplayPlan, range: TimeRange): Promise<void> {
  const known: string[] = []
  for (const id of wanted) {
    const { found } = await findPoints(cli, id, 10)
    if (found.some((one) => one.id === id)) known.push(id)
  }
  if (known.length === 0) return
  const counts = await countSamples(cli, known, range)
  const filled = known.filter((id) => (counts.get(id) ?? 0) > 0)
  const [first] = filled
  if (first === undefined) return
  const others = filled.length > 1 ? ` and ${filled.length - 1} more` : ''
  cli.out.note(
    cli.out.paint(
      'yellow',
      `mla: ${first}${others} have samples of this time already; imported, those that differ would ` +
        'lie beside them: give points whose rules have changed another name',
    ),
  )
}
