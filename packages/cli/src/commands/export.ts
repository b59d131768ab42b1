import { lockFolder } from '@mla/kit'
import { formatTime } from '@mla/model'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { timeOf } from '../given.ts'
import { pointsMeant } from '../point-query.ts'
import { exportedPoint, type Manifest, readManifest } from '../transfer/manifest.ts'
import { writeExport } from '../transfer/write-export.ts'

export const exportSamples: CliCommand = {
  name: 'export',
  summary: 'Write samples to files that DuckDB, pandas and Spark read as they are',
  arguments: [['<points...>', 'ids, or patterns with * or ?']],
  options: [
    ['--from <time>', 'RFC 3339, or how long ago (15m, 1h, 2d)', '1d'],
    ['--to <time>', 'RFC 3339, how long ago, or now', 'now'],
    ['--into <folder>', 'where the files go', 'export'],
    ['--as <format>', 'parquet or csv', 'parquet'],
  ],
  examples: [
    "mla export 'Tel01/**' --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z --into week45",
    'duckdb -c "SELECT point, avg(number) FROM \'week45/**/*.parquet\' GROUP BY point"',
  ],
  async run(cli, given) {
    const as = given.text('as') ?? 'parquet'
    if (as !== 'parquet' && as !== 'csv') {
      throw new Failure(2, `--as is "${as}"`, 'write parquet or csv')
    }
    const folder = given.text('into') ?? 'export'
    await using _lock = await lockFolder(folder).catch(() => {
      const cure = 'wait for it, or name another with --into'
      throw new Failure(2, `another export writes into ${folder}, or nobody may`, cure)
    })
    const begun = await readManifest(folder)
    const asked = [...given.words, given.text('from') ?? '', given.text('to') ?? '', as]
    const isGoingOn = begun?.complete === false && String(begun.asked) === String(asked)
    const wanted = isGoingOn ? begun : await manifestOf(cli, given, as, asked)
    if (begun && !isSame(begun, wanted)) {
      const range = `of ${begun.from} to ${begun.to}, ${begun.complete ? 'whole' : 'broken off'}`
      throw new Failure(2, `${folder} holds another export, ${range}`, 'name another with --into')
    }
    if (isGoingOn) cli.out.note(`mla: goes on with ${begun.from} to ${begun.to}`)
    return await carryOut(cli, folder, begun ?? wanted)
  },
}

async function manifestOf(
  cli: Cli,
  given: Given,
  as: Manifest['as'],
  asked: string[],
): Promise<Manifest> {
  const now = Date.now()
  const from = timeOf(given.text('from') ?? '1d', now)
  const to = timeOf(given.text('to') ?? 'now', now)
  if (from >= to) throw new Failure(2, '--from is not before --to', 'exchange them')
  const found = await pointsMeant(cli, given.words)
  const points = found.map(exportedPoint)
  return {
    ...{ format: 'mla-export-1', kind: 'samples', as, asked, complete: false, files: [] },
    ...{ from: formatTime(from), to: formatTime(to), points },
  }
}

/** Goes on where an export into the same folder was broken off. */
async function carryOut(cli: Cli, folder: string, begun: Manifest): Promise<0 | 1> {
  const { manifest, short } = await writeExport(cli, folder, begun)
  const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
  const answer = { folder, points: begun.points.length, files: manifest.files.length, rows }
  if (cli.out.json) cli.out.document({ ...answer, rolledUpOnly: [...short] })
  else
    cli.out.line(`${rows} samples of ${answer.points} points in ${answer.files} files in ${folder}`)
  if (short.size === 0) return 0
  const [first = ''] = short
  cli.out.note(
    `mla: of ${short.size} points, ${first} among them, only rollups are left of some days`,
  )
  return 1
}

const isSame = (a: Manifest, b: Manifest): boolean =>
  a.from === b.from &&
  a.to === b.to &&
  a.as === b.as &&
  JSON.stringify(a.points.map(({ id }) => id)) === JSON.stringify(b.points.map(({ id }) => id))
