/** What real log files take in the archive, repeated with changed numbers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Archive } from '@mla/archive'
import { compileRecipe, recipeSchema, shippedRecipes, understand } from '@mla/logs'
import { LogBatchWriter, LogDraft, type Micros, textAt } from '@mla/model'
import { seeded } from '../system/seeded.ts'
import { inCassandra, inDuckdb } from './logs/archives.ts'

export const description =
  'logs-disk --folder <loghub files> [--megabytes 300] [--independent] [--cassandra]: the six systems of loghub, repeated with changed numbers: raw bytes for each on disk'

const options = {
  folder: { type: 'string', default: '' },
  megabytes: { type: 'string', default: '300' },
  cassandra: { type: 'boolean', default: false },
  independent: { type: 'boolean', default: false },
} as const

const systems = ['Linux', 'OpenSSH', 'Thunderbird', 'Apache', 'HDFS', 'Zookeeper'] as const
const batchRecords = 2_000
/** As many records a second as 25 MB/s are of such lines. */
const recordsASecond = 180_000
const start = Date.UTC(2026, 10, 20, 10) * 1000

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({ args: [...args], options })
  if (values.folder === '')
    throw new Error('--folder: where Linux.log and the others of loghub are')
  const scratch = mkdtempSync(join(tmpdir(), 'mla-bench-disk-'))
  try {
    await using opened = values.cassandra ? await inCassandra() : await inDuckdb(scratch)
    const bytesWanted = Number(values.megabytes) * 1e6
    const written = await write(opened.archive, values.folder, bytesWanted, values.independent)
    const bytes = await opened.bytesOnDisk()
    return {
      ...written,
      diskMegabytes: bytes / 1e6,
      diskRatio: written.rawMegabytes / (bytes / 1e6),
    }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

/**
 * The files one after the other, again and again. Each line is understood by the recipe of its system; then
 * each run of three digits or more in its message gets others, and it happens at the rate of a busy site.
 * What is one number in a file is one number in its copy, another one in each: addresses and blocks come
 * again as they do in life. `isIndependent`: another one in each place, which nothing can make small.
 */
async function write(
  archive: Archive,
  folder: string,
  wantedBytes: number,
  isIndependent: boolean,
) {
  const random = seeded(1)
  const files = systems.map((system) => {
    const compiled = compileRecipe(recipeSchema.parse(shippedRecipes[system.toLowerCase()]))
    if ('problems' in compiled) throw new Error(`${system} does not compile`)
    const lines = readFileSync(join(folder, `${system}.log`), 'utf8').split(/\r?\n/)
    return { name: system.toLowerCase(), recipe: compiled.recipe, lines: lines.filter(Boolean) }
  })
  const writer = archive.logs.openWriter()
  const batch = new LogBatchWriter()
  const draft = new LogDraft()
  let [raw, records, sequence, understood] = [0, 0, 0, 0]
  const copies = new Map<string, string>()
  const changed = (digits: string): string => {
    const known = isIndependent ? undefined : copies.get(digits)
    const copy = known ?? Array.from(digits, () => Math.floor(10 * random())).join('')
    if (known === undefined) copies.set(digits, copy)
    return copy
  }
  const timeOf = (): Micros => start + Math.floor((records * 1e6) / recordsASecond)

  while (raw < wantedBytes) {
    for (const { name, recipe, lines } of files) {
      copies.clear()
      for (let at = 0; at < lines.length; at += batchRecords) {
        for (const line of lines.slice(at, at + batchRecords)) {
          const bytes = Buffer.from(line)
          const circumstances = { receivedTime: timeOf(), reference: timeOf() }
          understand(recipe, draft, bytes, 0, bytes.length, 0, circumstances, false)
          if (draft.problem === null) understood++
          const message = draft.read(textAt.message) ?? ''
          draft.text(textAt.message, message.replace(/\d{3,}/g, changed))
          draft.time = timeOf()
          const received = timeOf() + Math.floor(800 * random())
          batch.add(draft, Buffer.from(`${name}/${draft.read(textAt.host) ?? 'h'}`), received, null)
          records++
          raw += bytes.length + 1
        }
        const lane = `${name}.0`
        const { bytes } = batch.seal({ collector: 'bench', epoch: start, sequence, lane })
        const logged = { offset: sequence++, appendTime: timeOf(), bytes }
        await writer.append(0, [logged])
      }
    }
  }
  await writer.flush()
  const rawMegabytes = raw / 1e6
  return { rawMegabytes, records, understood, bytesARecord: raw / records }
}
