import { readFile, writeFile } from 'node:fs/promises'
import { parseTime } from '@mla/model'
import { z } from 'zod'
import type { CliCommand } from '../cli.ts'
import { Failure, failureOf } from '../failure.ts'
import { ask } from '../graphql.ts'
import { readVersion, readVersions } from '../versions.ts'

const file = z.object({ path: z.string(), text: z.string() })
const time = z.string().transform(parseTime)

/** What a backup holds; the archive is backed up by Cassandra's own means. */
const backupSchema = z.object({
  format: z.literal('mla-backup-1'),
  time: z.string(),
  configuration: z
    .object({ number: z.number(), by: z.string(), why: z.string(), files: z.array(file) })
    .nullable(),
  wanted: z.array(z.object({ scope: z.string(), isOnline: z.boolean(), time, by: z.string() })),
  documents: z.array(z.object({ key: z.string(), time, by: z.string(), content: z.string() })),
})
export type Backup = z.output<typeof backupSchema>

const stateQuery = /* GraphQL */ `
  { operatorState { wanted { scope isOnline time by } documents { key time by content } } }
`

export const backup: CliCommand = {
  name: 'backup',
  summary: 'Save the configuration in force and what operators decided in a file',
  arguments: [['<file>', 'where to; - is standard output']],
  options: [['--force', 'write over a file that is there']],
  examples: ['mla backup mla-$(date +%F).json'],
  async run(cli, given) {
    const [target = '-'] = given.words
    cli.out.progress(0, 3, 'configuration')
    const configuration = await inForce(cli)
    cli.out.progress(2, 3, 'what operators decided')
    const { data } = await ask<{ operatorState: object }>(cli, stateQuery, {})
    cli.out.progress(3, 3, 'done')
    const saved = {
      ...{ format: 'mla-backup-1', time: new Date().toISOString(), configuration },
      ...data.operatorState,
    }
    const { wanted, documents } = backupSchema.parse(saved)
    if (target === '-') {
      cli.out.document(saved)
      return 0
    }
    const flag = given.flag('force') ? 'w' : 'wx'
    await writeFile(target, `${JSON.stringify(saved, null, 2)}\n`, { flag }).catch((error) => {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      const reason = isThere ? 'it is there already' : String(error)
      throw new Failure(2, `${target} is not written: ${reason}`, 'name another, or give --force')
    })
    const told = {
      ...{ file: target, version: configuration?.number ?? null },
      ...{ wantedStates: wanted.length, documents: documents.length },
    }
    if (cli.out.json) cli.out.document(told)
    else {
      const what = configuration ? `version ${configuration.number}` : 'no configuration'
      cli.out.line(
        `${target}: ${what}, ${wanted.length} wanted states, ${documents.length} documents`,
      )
    }
    return 0
  },
}

async function inForce(cli: Parameters<CliCommand['run']>[0]) {
  try {
    const [newest] = await readVersions(cli)
    if (!newest) return null
    const { number, by, why } = newest
    return { number, by, why, files: await readVersion(cli, number) }
  } catch (error) {
    const { message, exitCode } = failureOf(error)
    if (exitCode === 3 || !message.includes('folder')) throw error
    cli.out.note('mla: this system watches a folder: save that one by your own means')
    return null
  }
}

export const restore: CliCommand = {
  name: 'restore',
  summary: 'Put a backup in force again; it opens Kafka by itself (KAFKA_BROKERS)',
  arguments: [['<file>', 'what mla backup has written']],
  options: [['--why <reason>', 'for what reason', 'mla restore']],
  examples: ['KAFKA_BROKERS=k1:9092 mla restore mla-2026-11-21.json'],
  async run(cli, given) {
    const [source = ''] = given.words
    const saved = await readBackup(source)
    const by = cli.env['USER'] || 'mla restore'
    const log = { debug() {}, info() {}, warn: (_: object, text: string) => cli.out.note(text) }
    const why = given.text('why') ?? 'mla restore'
    const adapter = { ...log, error: log.warn }
    const done = await cli.adapters.restore(cli.env, saved, { by, why }, adapter)
    if (cli.out.json) cli.out.document({ restored: done })
    else for (const line of done) cli.out.line(line)
    return 0
  },
}

async function readBackup(source: string): Promise<Backup> {
  const text = await readFile(source, 'utf8').catch((error: unknown) => {
    throw new Failure(2, `${source} is not readable: ${String(error)}`, 'name a backup')
  })
  try {
    return backupSchema.parse(JSON.parse(text))
  } catch {
    throw new Failure(2, `${source} is no backup of mla`, 'name a file that mla backup has written')
  }
}
