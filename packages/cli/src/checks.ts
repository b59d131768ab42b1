import { X509Certificate } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'
import { describeProblems, loadCdb } from '@mla/cdb'
import type { Cli } from './cli.ts'
import { problemsOf, readComponents } from './components.ts'
import { failureOf } from './failure.ts'
import { howMany } from './how-many.ts'

/** What a check found: null good, else what is wrong and what to do. */
export interface Finding {
  readonly message: string
  readonly cure: string
}

export interface Check {
  readonly name: string
  /** Why it is left out, in words; null where it is made. */
  readonly leftOut: string | null
  /** Throws what makes a finding, too. */
  run(): Promise<{ readonly good: string } | Finding>
}

const leastFreeBytes = 2 * 2 ** 30
const leastCertificateMs = 30 * 86_400_000
const mostClockMs = 1_000

/** All checks, in the order in which one mends what they find. */
export function checksOf(cli: Cli): readonly Check[] {
  const { env } = cli
  const isSet = (name: string): string | null => (env[name] ? null : `${name} is not set`)
  const folder = env['MLA_CDB'] && env['MLA_CDB'] !== 'bus' ? env['MLA_CDB'] : 'cdb'
  return [
    { name: 'disk', leftOut: null, run: () => disk(env['MLA_DATA'] || '.') },
    { name: 'certificates', leftOut: null, run: () => certificates(env) },
    { name: 'configuration', leftOut: null, run: () => configuration(folder, env) },
    {
      name: 'kafka',
      leftOut: isSet('KAFKA_BROKERS'),
      run: async () => ({ good: await cli.adapters.checkKafka(env) }),
    },
    {
      name: 'cassandra',
      leftOut: isSet('CASSANDRA_CONTACT_POINTS'),
      run: async () => ({ good: await cli.adapters.checkCassandra(env) }),
    },
    { name: 'hmi', leftOut: null, run: () => hmi(cli) },
    { name: 'clocks', leftOut: null, run: () => clocks(cli) },
    { name: 'components', leftOut: null, run: () => components(cli) },
  ]
}

/** The outcome of a check; one that cannot be made has found something. */
export const outcomeOf = (check: Check): ReturnType<Check['run']> =>
  check.run().catch((error: unknown) => {
    const { message, cure } = failureOf(error)
    return { message, cure }
  })

async function disk(folder: string) {
  const { bavail, bsize, blocks } = await statfs(folder)
  const free = bavail * bsize
  const said = `${(free / 2 ** 30).toFixed(1)} GB free in ${folder}`
  if (free >= leastFreeBytes && bavail / blocks > 0.05) return { good: said }
  return { message: said, cure: 'make room: the spool, logs and the archive need it' }
}

async function certificates(env: Cli['env']) {
  const names = ['KAFKA_TLS_CA', 'KAFKA_TLS_CERT', 'CASSANDRA_TLS_CA'].filter((name) => env[name])
  const expiring: string[] = []
  for (const name of names) {
    const { validTo } = new X509Certificate(await readFile(env[name] ?? ''))
    if (Date.parse(validTo) - Date.now() < leastCertificateMs) {
      expiring.push(`${name} (${env[name]}) ends ${validTo}`)
    }
  }
  if (expiring.length === 0) return { good: `${names.length} named by the environment` }
  return { message: expiring.join('; '), cure: 'renew them, and restart what uses them' }
}

async function configuration(folder: string, env: Cli['env']) {
  const result = await loadCdb(folder, env)
  if (result.ok) return { good: `${folder}: ${result.cdb.points.size} points` }
  const first = describeProblems(result.problems.slice(0, 1), folder).split('\n')[0] ?? ''
  const message = `${folder} has ${howMany(result.problems.length, 'problem')}, the first at ${first}`
  return { message, cure: `see all: mla cdb check ${folder}` }
}

async function hmi(cli: Cli) {
  const found = await readComponents(cli)
  return { good: `it answers, and knows of ${found.length} components` }
}

async function clocks(cli: Cli) {
  const wrong = (await readComponents(cli))
    .filter(({ state }) => state !== 'LOST')
    .filter(({ clockAheadMs }) => Math.abs(clockAheadMs) > mostClockMs)
    .map(({ id, clockAheadMs }) => `${id} ${(clockAheadMs / 1000).toFixed(1)} s`)
  if (wrong.length === 0) return { good: `all within ${mostClockMs / 1000} s of Kafka's` }
  return {
    message: `clocks differ from Kafka's: ${wrong.join(', ')}`,
    cure: 'set up NTP or PTP on these hosts: time stamps and commands depend on it',
  }
}

async function components(cli: Cli) {
  const problems = problemsOf(await readComponents(cli))
  if (problems.length === 0) return { good: 'all are as they are wanted' }
  return { message: problems.join('; '), cure: 'see mla status, and the logs of these' }
}
