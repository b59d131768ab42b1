import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { say, type Totals } from './totals.ts'

/** What git ignores is not ours to judge: caches hold whole packages of others. */
const onlyOurs = ['--vcs-enabled=true', '--vcs-client-kind=git', '--vcs-use-ignore-file=true']

/** What must hold of the files before a test is run. Each counts as one test. */
export const checks: readonly (() => Promise<Totals>)[] = [
  () =>
    check('format and lint', 'pnpm fix', () =>
      run('node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', ...onlyOurs, '.'),
    ),
  () => check('types', 'the errors above', checkTypes),
  () => check('generated files', 'commit what `pnpm gen` has just changed', checkGenerated),
]

/** Runs something that answers with what is wrong, or an empty text. */
async function check(name: string, cure: string, find: () => Promise<string>): Promise<Totals> {
  const started = performance.now()
  const problems = await find()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (problems === '') say(`✔ ${name}  ${seconds} s\n`)
  else say(`${problems.trimEnd()}\n✖ ${name}: ${cure}\n`)
  return problems === '' ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** The output of a program of ours that failed. */
async function run(program: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return code === 0 ? '' : out + err || `${program} ended with ${code}`
}

/** The page runs in a browser and has settings of its own. */
async function checkTypes(): Promise<string> {
  const projects = globSync(['tsconfig.json', 'services/*/src/**/tsconfig.json'])
  const answers = projects.map((project) => run('node_modules/typescript/bin/tsc', '-p', project))
  return (await Promise.all(answers)).join('')
}

async function checkGenerated(): Promise<string> {
  const before = contents()
  const failure = await run('tools/generate.ts')
  const after = contents()
  const changed = [...after].filter(([path, sum]) => before.get(path) !== sum)
  return failure + changed.map(([path]) => `${path} was not what \`pnpm gen\` makes\n`).join('')
}

/** A sum of each file that could be a generated one. */
function contents(): Map<string, string> {
  const paths = globSync('{packages,services,cdb,compose,docs,grafana,prometheus}/**/*.*', {
    exclude: (entry) => entry.name === 'node_modules',
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
  const sumOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return new Map(paths.map((path) => [path, sumOf(path)]))
}
