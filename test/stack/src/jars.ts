import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findJava } from './java.ts'
import { withLock } from './lock.ts'
import { provide } from './requirements.ts'

const here = import.meta.dirname

/** The jars that servers run from, and the agent that containers and tests put into them. */
const recipes = {
  kafka: { pom: join(here, '../jars/kafka.pom.xml'), sums: join(here, '../jars/kafka.sha256') },
  cassandra: {
    pom: join(here, '../jars/cassandra.pom.xml'),
    sums: join(here, '../jars/cassandra.sha256'),
  },
  'jmx-agent': {
    pom: join(here, '../../../compose/jmx-agent/pom.xml'),
    sums: join(here, '../../../compose/jmx-agent/sha256'),
  },
}

/** Where fetched files are kept: `MLA_CACHE`, or `.cache` in the root of the repository. */
export const cacheFolder = (): string =>
  resolve(process.env['MLA_CACHE'] ?? join(here, '../../../.cache'))

export interface Jars {
  readonly folder: string
  /** The `java` that runs them. */
  readonly java: string
  readonly keytool: string
}

/**
 * The jars of a recipe's pom, fetched once by Maven and compared with its sums. Throws where a sum
 * differs; nothing is kept then.
 */
export async function fetchJars(name: keyof typeof recipes): Promise<Jars> {
  const { pom } = recipes[name]
  const sums = readFileSync(recipes[name].sums, 'utf8')
  const version = createHash('sha256').update(readFileSync(pom)).update(sums).digest('hex')
  const folder = join(cacheFolder(), `${name}-${version.slice(0, 12)}`)
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true })
    await withLock(join(cacheFolder(), 'lock'), async () => {
      if (!existsSync(folder)) await fetchInto(folder, pom, sums)
    })
  }
  provide(['java'])
  const home = findJava() ?? ''
  return { folder, java: join(home, 'bin/java'), keytool: join(home, 'bin/keytool') }
}

async function fetchInto(folder: string, pom: string, sums: string): Promise<void> {
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  await runMaven(pom, partial)
  const wrong = differences(sumsOf(partial), sums)
  if (wrong.length > 0) {
    rmSync(partial, { recursive: true, force: true })
    throw new Error(
      `${pom}: what was fetched is not what the lock file says:\n${wrong.join('\n')}\n` +
        'If the pom was changed on purpose, run: node test/stack/src/lock-jars.ts',
    )
  }
  renameSync(partial, folder)
}

/** Copies the jars of a pom into a folder. */
export async function runMaven(pom: string, folder: string): Promise<void> {
  provide(['java', 'maven'])
  process.stderr.write(`Fetching ${pom.replace(/.*\//, '').replace('.pom.xml', '')} from Maven\n`)
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  const args = ['-B', '-ntp', '-Dstyle.color=never', '-f', pom, goal]
  const where = ['-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  const env = { ...process.env, JAVA_HOME: findJava() ?? '' }
  try {
    await promisify(execFile)('mvn', [...args, ...where], { env, maxBuffer: 64 * 1024 * 1024 })
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    throw new Error(`mvn could not fetch ${pom}:\n${output.split('\n').slice(-20).join('\n')}`, {
      cause: error,
    })
  }
}

/** The lines of a lock file, as `sha256sum` writes them. */
export function sumsOf(folder: string): string {
  const lines = readdirSync(folder)
    .sort()
    .map((file) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')
      return `${sum}  ${file}\n`
    })
  return lines.join('')
}

function differences(found: string, wanted: string): string[] {
  const foundLines = new Set(found.trim().split('\n'))
  const wantedLines = new Set(wanted.trim().split('\n'))
  return [
    ...[...wantedLines.difference(foundLines)].map((line) => `missing     ${line}`),
    ...[...foundLines.difference(wantedLines)].map((line) => `not wanted  ${line}`),
  ]
}

/** As an argument of java: the JMX exporter, which answers `/metrics` on this port of 127.0.0.1. */
export async function jmxAgent(port: number, rulesFile: string): Promise<string> {
  const { folder } = await fetchJars('jmx-agent')
  return `-javaagent:${folder}/jmx_prometheus_javaagent.jar=127.0.0.1:${port}:${rulesFile}`
}
