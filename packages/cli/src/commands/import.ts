import { join } from 'node:path'
import type { Archive } from '@mla/archive'
import type { Sample } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { Failure } from '../failure.ts'
import { cdbIn, folderOf } from '../folder.ts'
import { type ExportedFile, faultOf, type Manifest, readManifest } from '../transfer/manifest.ts'
import { sampleOf, sampleTable } from '../transfer/sample-rows.ts'

/** No partition of the bus has this number: what is imported meets nothing that is collected. */
const partition = 1_000
const blockSamples = 600
/** Further than any cut of the log: each batch becomes a block. */
const stepMicros = 3_600_000_000
const blocksOfFile = 2 ** 21

export const importSamples: CliCommand = {
  name: 'import',
  summary:
    'Put exported samples back into the archive; opens Cassandra, or a DuckDB file, by itself',
  arguments: [['<folder>', 'what mla export made']],
  options: [
    ['--duckdb <file>', 'the archive of a standalone system that is stopped; else Cassandra'],
    ['--cdb <folder>', 'the configuration: which class a point is archived in; default MLA_CDB'],
    ['--check', 'only looks whether all files are there and whole'],
  ],
  examples: ['mla import week45 --check', 'mla import week45 --duckdb .data/archive.duckdb'],
  async run(cli, given) {
    const [folder = ''] = given.words
    const manifest = await readManifest(folder)
    if (manifest === null) throw new Failure(2, `${folder} has no manifest.json`, 'see mla export')
    await check(cli, folder, manifest)
    const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0)
    if (given.flag('check')) {
      cli.out.line(`${folder}: ${manifest.files.length} files with ${rows} samples are whole`)
      return 0
    }
    const { readTable } = await import('@mla/archive/parquet')
    const cdb = await cdbIn(cli, given.text('cdb') ?? folderOf(cli, given, 1))
    await using archive = await cli.adapters.openArchive(cli.env, given.text('duckdb'), cdb)
    let done = 0
    for (const file of manifest.files) {
      const put = createPutter(archive, file)
      const path = join(folder, file.path)
      for await (const page of readTable(path, sampleTable.columns, manifest.as)) {
        cli.signal.throwIfAborted()
        for (const row of page) await put.add(sampleOf(row))
        done += page.length
        cli.out.progress(Math.min(done, rows - 1), rows, `${file.day} ${file.system}`)
      }
      await put.end()
    }
    cli.out.progress(rows, rows, 'archived')
    // A day that is still going to change would be rolled up again by the dispatcher.
    const soon = Date.now() * 1000 + stepMicros
    for (let left = true; left; ) left = (await archive.rollUp(soon)).rolled > 0
    cli.out.line(`${rows} samples of ${manifest.points.length} points are in the archive`)
    return 0
  },
}

async function check(cli: Cli, folder: string, { files, complete }: Manifest): Promise<void> {
  if (!complete) {
    throw new Failure(1, `the export in ${folder} was broken off`, 'give the same mla export again')
  }
  for (const [i, file] of files.entries()) {
    cli.signal.throwIfAborted()
    cli.out.progress(i, files.length, `looking at ${file.path}`)
    const fault = await faultOf(folder, file)
    if (fault) throw new Failure(1, `${join(folder, file.path)} ${fault}`, 'export it again')
  }
  cli.out.progress(files.length, files.length, 'whole')
}

/**
 * Of the same file come the same blocks under the same keys, so importing it again changes nothing;
 * of another file come others, so it takes no block's place.
 */
function createPutter(archive: Archive, { sha256 }: ExportedFile) {
  const writer = archive.openWriter()
  const first = Number.parseInt(sha256.slice(0, 8), 16) * blocksOfFile
  let block = 0
  let samples: Sample[] = []
  const flush = async () => {
    if (samples.length === 0) return
    const size = samples.length * 80
    const batch = { offset: first + block, appendTime: block * stepMicros, size, samples }
    block += 1
    samples = []
    await writer.append(partition, [batch])
  }
  return {
    async add(sample: Sample) {
      if (samples.length >= blockSamples || samples[0]?.point !== sample.point) await flush()
      samples.push(sample)
    },
    async end() {
      await flush()
      await writer.flush()
    },
  }
}
