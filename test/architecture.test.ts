import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

process.chdir(join(import.meta.dirname, '..'))

/** Who may import whom. A package missing here fails the test; so does an arrow not drawn here. */
const mayImport: Record<string, readonly string[]> = {
  model: [],
  kit: ['model'],
  bus: ['model', 'kit'],
  archive: ['model', 'kit', 'logs', 'processing'],
  expression: ['model'],
  processing: ['model', 'expression'],
  alarm: ['model', 'expression'],
  logs: ['model'],
  cdb: ['model', 'kit', 'alarm', 'logs', 'processing'],
  opcua: ['model', 'kit'],
  control: ['model', 'kit', 'bus', 'cdb'],
  plugin: ['model', 'kit', 'bus'],
  cli: ['model', 'kit', 'bus', 'archive', 'alarm', 'logs', 'processing', 'cdb', 'opcua', 'control'],
}
const anyPackage = [
  ...[
    'model',
    'kit',
    'bus',
    'archive',
    'alarm',
    'logs',
    'processing',
    'cdb',
    'opcua',
    'control',
    'plugin',
  ],
]

/** The functional core. */
const pure = ['model', 'expression', 'processing', 'alarm']

/** The one service that is composed of others. */
const composer = 'standalone'

/** Commands of the command line that open a server by themselves, as their help says. */
const opensServers = /^packages\/cli\/src\/(commands\/)?(setup|doctor|restore)\.ts$/
const adapter = /^@mla\/(bus\/kafka|bus\/memory|archive\/cassandra|archive\/duckdb)$/
const onlyForTests = /^@mla\/(stack|opcua-servers|.+\/conformance)$/

/** Which library is known in which files, and nowhere else. */
const libraries: readonly [library: RegExp, where: RegExp][] = [
  [/^node-opcua/, /^(packages\/opcua|services\/opcua-simulator)\/src\//],
  [/^kafkajs$/, /^packages\/bus\/src\/kafka/],
  [/^cassandra-driver$/, /^packages\/archive\/src\/cassandra/],
  [/^@duckdb\//, /^packages\/archive\/src\/duckdb/],
]

/** The files whose kind of work is reading the environment. */
const readsEnvironment = /^packages\/(kit\/src\/run-service|cli\/src\/main)\.ts$/

const readmeHeadings = ['Use', 'Contract', 'Entry points', 'Settings', 'Not here']
const longestFile = 300
const generated = ['packages/model/src/schemas.ts']

const owners = globSync('{packages,services}/*/package.json').map((path) => {
  const [kind = '', owner = ''] = path.split('/')
  return { folder: `${kind}/${owner}`, owner, isService: kind === 'services' }
})
const files = owners.flatMap(({ folder, owner, isService }) =>
  globSync(`${folder}/src/**/*.ts`).map((path) => {
    const source = readFileSync(path, 'utf8')
    const isTest = /(\.(test|bench|fixture)\.ts$|\/conformance)/.test(path)
    return { path, owner, isService, isTest, source, imports: importsOf(source) }
  }),
)
const shipped = files.filter(({ isTest }) => !isTest)
const services = owners.filter(({ isService }) => isService).map(({ owner }) => owner)

function importsOf(source: string): string[] {
  const named = /(?:^(?:import|export)\b[^'"`;]*?\bfrom |^import |\bimport\()\s*'([^']+)'/gm
  return [...source.matchAll(named)].map((match) => match[1] ?? '')
}

/** Every import of these files that `isWrong` finds so, in words. */
const wrongImports = (
  among: typeof files,
  isWrong: (file: (typeof files)[number], name: string) => boolean,
): string[] =>
  among.flatMap((file) =>
    file.imports.filter((name) => isWrong(file, name)).map((name) => `${file.path}: ${name}`),
  )

test('the import arrows point inwards', () => {
  const wrong = wrongImports(shipped, ({ owner, isService }, name) => {
    if (!name.startsWith('@mla/')) return false
    const target = name.split('/')[1] ?? ''
    const allowed = isService ? anyPackage : mayImport[owner]
    assert.ok(allowed, `${owner} has no entry in mayImport`)
    if (owner === composer && services.includes(target)) return false
    return !allowed.includes(target)
  })
  assert.deepEqual(wrong, [])
})

test('nobody reaches past the entry points of a package', () => {
  const wrong = wrongImports(files, ({ path, owner }, name) => {
    if (!name.startsWith('.')) return false
    return !join(path, '..', name).split('/').includes(owner)
  })
  assert.deepEqual(wrong, [])
})

test('only a main.ts, a test and a command that says so name an adapter', () => {
  const wrong = wrongImports(
    shipped,
    ({ path }, name) => adapter.test(name) && !/\/main\.ts$/.test(path) && !opensServers.test(path),
  )
  assert.deepEqual(wrong, [])
})

test('what is made for tests is imported by tests', () => {
  assert.deepEqual(
    wrongImports(shipped, (_, name) => onlyForTests.test(name)),
    [],
  )
})

test('each library is known in one place', () => {
  for (const [library, where] of libraries) {
    const wrong = wrongImports(shipped, ({ path }, name) => library.test(name) && !where.test(path))
    assert.deepEqual(wrong, [])
  }
})

test('the core is pure: no clock, no environment, no timer, no I/O, no randomness', () => {
  const impure =
    /from 'node:|Date\.now|new Date\(\)|\bprocess\.|Math\.random|setTimeout|setInterval|fetch\(/
  const wrong = shipped.filter(({ owner, source }) => pure.includes(owner) && impure.test(source))
  assert.deepEqual(pathsOf(wrong), [])
})

test('only runService reads the environment', () => {
  const wrong = shipped.filter(
    ({ path, source }) => /process\.env/.test(source) && !readsEnvironment.test(path),
  )
  assert.deepEqual(pathsOf(wrong), [])
})

test('no file is too long to be read at once', () => {
  const others = globSync(['test/**/*.ts', 'tools/**/*.{ts,mjs}'], {
    exclude: (path) => path.includes('node_modules'),
  })
  const wrong = [...files.map(({ path }) => path), ...others]
    .filter((path) => !generated.includes(path))
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > longestFile)
  assert.deepEqual(wrong, [])
})

test('every package and service has a README with the fixed headings', () => {
  const wrong = owners.flatMap(({ folder }) => {
    const path = `${folder}/README.md`
    if (!existsSync(path)) return [`${path} is missing`]
    const text = readFileSync(path, 'utf8')
    const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '')
    return readmeHeadings
      .filter((heading) => !headings.includes(heading))
      .map((heading) => `${path} has no "## ${heading}"`)
  })
  assert.deepEqual(wrong, [])
})

function pathsOf(list: typeof files): string[] {
  return list.map(({ path }) => path)
}
