/**
 * `npm run bench -- <name> [options]` runs test/bench/<name>.ts; without a name it lists them. Each
 * exports `description` and `run(args)`, which answers with what it measured: the figures of one
 * run, or a row for each of several. Here they become a table and then one line of JSON.
 */
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cacheFolder } from '@mla/stack'

export type Figures = Readonly<Record<string, number | string>>

interface Benchmark {
  /** `<name> [options]: what it measures`, one line. */
  readonly description: string
  run(args: readonly string[]): Promise<Figures | readonly Figures[]>
}

/** As in a container, our services find their modules compiled. */
process.env['NODE_COMPILE_CACHE'] ??= join(cacheFolder(), 'compiled')

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
const load = (name: string): Promise<Benchmark> => import(`./${name}.ts`)

const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'run' && !name.includes('.'))
  .sort()
const [wanted, ...args] = process.argv.slice(2)

if (wanted !== undefined && names.includes(wanted)) {
  const benchmark = await load(wanted)
  const figures = await benchmark.run(args)
  say(table([figures].flat()))
  say(JSON.stringify({ benchmark: wanted, figures }))
} else {
  if (wanted !== undefined) say(`There is no benchmark "${wanted}".`)
  say('npm run bench -- <name> [options], where the names are:\n')
  for (const name of names) say(`  ${(await load(name)).description}`)
  process.exitCode = wanted === undefined ? 0 : 2
}

/** One record as a line a figure; several as a line a record. */
function table(records: readonly Figures[]): string {
  const [first = {}, ...more] = records
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))]
  const rows =
    more.length === 0
      ? Object.entries(first).map(([name, value]) => [name, shown(value)])
      : [columns, ...records.map((record) => columns.map((name) => shown(record[name] ?? '')))]
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
  return rows.map(lineOf).join('\n')
}

/** Four figures are more than a shared machine is sure of. */
function shown(value: number | string): string {
  if (typeof value === 'string') return value
  const digits =
    Math.abs(value) < 1000 ? { maximumSignificantDigits: 4 } : { maximumFractionDigits: 0 }
  return value.toLocaleString('en', digits)
}
