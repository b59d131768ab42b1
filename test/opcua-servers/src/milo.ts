import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findJava, provide } from '@mla/stack'
import { cached } from './cache.ts'
import { type ServerSettings, startServer, type TestServer } from './server-process.ts'

const run = promisify(execFile)
const here = join(import.meta.dirname, '..')
const pom = join(here, 'milo.pom.xml')
const sums = join(here, 'milo.sha256')

/** A server on Eclipse Milo (Maven), its jars fetched once, checked, and kept in `.cache`. */
export async function startMilo(settings: ServerSettings): Promise<TestServer> {
  provide(['java'])
  const { user, ...plain } = settings
  const source = join(here, 'MiloServer.java')
  const digest = createHash('sha256')
    .update(await readFile(sums))
    .update(await readFile(source))
    .digest('hex')
  const folder = await cached(`milo-${digest.slice(0, 12)}`, (into) => install(into, source))
  const words = Object.entries(plain).map(([name, value]) => `${name}=${value}`)
  if (user) words.push(`user=${user.name}:${user.password}`)
  const classes = ['-Xmx256m', '-cp', `${folder}:${join(folder, 'libs')}/*`, 'MiloServer']
  const endpoint = `opc.tcp://127.0.0.1:${settings.port}/test`
  return startServer(java(), [...classes, ...words], endpoint)
}

const java = (): string => join(findJava() ?? '', 'bin', 'java')

async function install(folder: string, source: string): Promise<void> {
  provide(['java', 'maven'])
  const libs = join(folder, 'libs')
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  const env = { ...process.env, JAVA_HOME: findJava() ?? '' }
  await run('mvn', ['-q', '-B', '-ntp', '-f', pom, goal, `-DoutputDirectory=${libs}`], { env })
  const wanted = (await readFile(sums, 'utf8')).trim().split('\n').sort()
  const found = await Promise.all(
    (await readdir(libs)).map(async (file) => {
      const sum = createHash('sha256')
        .update(await readFile(join(libs, file)))
        .digest('hex')
      return `${sum}  ${file}`
    }),
  )
  if (found.sort().join('\n') !== wanted.join('\n')) {
    throw new Error(`what Maven fetched for ${pom} is not what ${sums} says`)
  }
  const compiler = ['-cp', `${libs}/*`, 'org.eclipse.jdt.internal.compiler.batch.Main']
  const jars = found.map((line) => join(libs, line.split('  ')[1] ?? '')).join(':')
  await run(java(), [...compiler, '-17', '-nowarn', '-d', folder, '-cp', jars, source])
}
