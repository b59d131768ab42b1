import { readTexts } from '@mla/cdb'
import { type Log, retry } from '@mla/kit'
import { parseDuration } from '@mla/model'
import type { Cli, CliCommand, ExitCode } from '../cli.ts'
import { failureOf } from '../failure.ts'
import { cdbIn, folderOf } from '../folder.ts'

export const setup: CliCommand = {
  name: 'setup',
  summary: "Create Kafka's topics, the first configuration and Cassandra's schema",
  arguments: [['[folder]', 'the configuration (archive classes); default MLA_CDB, or cdb']],
  options: [
    ['--only <server>', 'kafka or cassandra'],
    ['--wait <duration>', 'how long to wait for servers that still start', '60s'],
  ],
  examples: ['KAFKA_BROKERS=k1:9092 CASSANDRA_CONTACT_POINTS=c1 mla setup'],
  async run(cli, given) {
    const only = given.text('only')
    if (only !== null && only !== 'kafka' && only !== 'cassandra') {
      cli.out.note(`mla: --only is "${only}": write kafka or cassandra`)
      return 2
    }
    const waitMs = parseDuration(given.text('wait') ?? '60s') / 1_000
    const folder = folderOf(cli, given)
    const classes = [...(await cdbIn(cli, folder)).archiveClasses.values()]
    const files = (await readTexts(folder)) ?? []
    const by = cli.env['USER'] || 'mla setup'
    const steps: [server: string, work: (log: Log) => Promise<string>][] = [
      [
        'kafka',
        async (log) => `topics ${(await cli.adapters.createTopics(cli.env, log)).join(', ')}`,
      ],
      ['configuration', (log) => cli.adapters.fillCdb(cli.env, files, by, log)],
      ['cassandra', (log) => cli.adapters.createSchema(cli.env, classes, log)],
    ]
    const answers: { server: string; ok: boolean; message: string }[] = []
    let worst: ExitCode = 0
    for (const [server, work] of steps.filter(([name]) => isWanted(name, only))) {
      const { code, message } = await attempt(cli, server, work, waitMs)
      answers.push({ server, ok: code === 0, message })
      if (code > worst) worst = code
      if (!cli.out.json) {
        const word = code === 0 ? cli.out.paint('green', 'good') : cli.out.paint('red', 'failed')
        cli.out.line(`${server}: ${word}, ${message}`)
      }
    }
    if (cli.out.json) cli.out.document(answers)
    return worst
  },
}

/** The configuration is kept in Kafka. */
const isWanted = (step: string, only: string | null): boolean =>
  only === null || step === only || (step === 'configuration' && only === 'kafka')

async function attempt(
  cli: Cli,
  server: string,
  work: (log: Log) => Promise<string>,
  waitMs: number,
): Promise<{ code: ExitCode; message: string }> {
  const patience = AbortSignal.any([cli.signal, AbortSignal.timeout(waitMs)])
  const log: Log = {
    debug() {},
    info: (_, message) => cli.out.note(`${server}: ${message}`),
    warn: (_, message) => cli.out.note(`${server}: ${message}`),
    error: (_, message) => cli.out.note(`${server}: ${message}`),
  }
  try {
    const done = await retry(
      () => work(log),
      patience,
      (error, attempted) => {
        if (attempted === 1) cli.out.note(`${server}: waiting, ${failureOf(error).message}`)
      },
      { firstDelayMs: 500 },
    )
    return { code: 0, message: done }
  } catch (error) {
    const { exitCode, message, cure } = failureOf(error)
    return { code: exitCode, message: `${message}; ${cure}` }
  }
}
