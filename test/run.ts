/**
 * `npm test`: everything. `npm run check` (`--fast`): format, lint, types and the unit tests.
 * `npm test -- <part of a path> ...`: only the test files whose path has one of these parts.
 */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, provide, sharedVariables, startCassandra, startKafka } from '@mla/stack'
import { checks } from './run/checks.ts'
import { runFile } from './run/file.ts'
import { addTotals, none, say, type Totals } from './run/totals.ts'

const minute = 60_000
const kinds = {
  unit: { concurrency: 2, timeoutMs: 3 * minute },
  /** They wait for outages and time-outs more than they compute. */
  e2e: { concurrency: 2, timeoutMs: 20 * minute },
  /** The whole system, which wants the machine for itself. */
  system: { concurrency: 1, timeoutMs: 20 * minute },
}
/** Each file is a process, and most load the same modules: they are compiled once. */
process.env['NODE_COMPILE_CACHE'] ??= join(cacheFolder(), 'compiled')
/** The servers of tests live for a minute or two: code compiled at once, for little, suits them. */
process.env['JDK_JAVA_OPTIONS'] ??= '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData'

const root = join(import.meta.dirname, '..')
process.chdir(root)
const args = process.argv.slice(2)
const fast = args.includes('--fast')
const wanted = args.filter((arg) => !arg.startsWith('-'))

const files = globSync('{packages,services,test,tools}/**/*.test.ts', {
  exclude: (path) => path.includes('node_modules'),
})
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
const isE2e = (file: string): boolean => file.endsWith('.e2e.test.ts')
const unit = files.filter((file) => !isE2e(file))
const e2e = fast ? [] : files.filter(isE2e)

let totals = none
try {
  if (!fast && wanted.length === 0) provide(['java', 'maven', 'chromium', 'python'])
  if (wanted.length === 0) for (const check of checks) totals = addTotals(totals, await check())
  else say(`Only the tests of ${files.length} files; format, lint and types are not checked.\n`)
  totals = addTotals(totals, await runAll(unit, kinds.unit, process.env))
  if (e2e.length > 0) totals = addTotals(totals, await runOnServers(e2e))
  if (unit.length + e2e.length === 0) throw new Error(`No test file has ${wanted} in its path`)
} catch (error) {
  say(`✖ ${error instanceof Error ? error.message : String(error)}\n`)
  totals = addTotals(totals, { passed: 0, failed: 1 })
}
say(`${totals.passed} passed, ${totals.failed} failed\n`)
process.exitCode = totals.failed > 0 ? 1 : 0

/** Starts the servers that all share. A single file starts what it needs by itself. */
async function runOnServers(several: readonly string[]): Promise<Totals> {
  if (several.length === 1) return runAll(several, kinds.system, process.env)
  const isOfSystem = (file: string): boolean => /^test\/[^/]+$/.test(file)
  const ofParts = await runParts(several.filter((file) => !isOfSystem(file)))
  // Those of the system have servers of their own, which want the cores for themselves.
  return addTotals(ofParts, await runAll(several.filter(isOfSystem), kinds.system, process.env))
}

/** Runs files that share servers. */
async function runParts(files: readonly string[]): Promise<Totals> {
  if (files.length === 0) return none
  say(`Starting Kafka and Cassandra (jars in ${cacheFolder()})\n`)
  await using kafka = await startKafka()
  await using cassandra = await startCassandra()
  const env = {
    ...process.env,
    [sharedVariables.kafka]: kafka.brokers.join(','),
    [sharedVariables.cassandra]: `${cassandra.contactPoints[0]}:${cassandra.port}`,
  }
  return await runAll(files, kinds.e2e, env)
}

async function runAll(
  list: readonly string[],
  { concurrency, timeoutMs }: (typeof kinds)['unit'],
  env: NodeJS.ProcessEnv,
): Promise<Totals> {
  const left = [...list]
  let sum = none
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const totals = await runFile(file, timeoutMs, env)
      sum = addTotals(sum, totals)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return sum
}
