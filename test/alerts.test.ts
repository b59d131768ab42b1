import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { allMetrics } from '../tools/metrics.ts'
import { collectQueries } from './compose/collect-queries.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}
const rules = globSync('prometheus/rules/*.yaml', { cwd: root }).flatMap((path): readonly Rule[] =>
  parse(read(path)).groups.flatMap(({ rules }: { rules: Rule[] }) => rules),
)
const alerts = rules.filter(({ alert }) => alert !== undefined)
const names = alerts.map(({ alert = '' }) => alert)

test('each alert has a name, a severity, a summary, a description and a page', () => {
  for (const { alert = '', labels, annotations } of alerts) {
    assert.match(alert, /^MLA([A-Z][a-z]+)+$/)
    assert.match(labels?.['severity'] ?? '', /^(critical|warning|info)$/, alert)
    assert.match(annotations?.['summary'] ?? '', /^[A-Z][^{}]*\.$/, alert)
    assert.match(annotations?.['description'] ?? '', /^.*\.$/, alert)
    const page = `{{ $externalLabels.hmi }}/runbooks/${alert}`
    assert.equal(annotations?.['runbook_url'], page)
  }
})

test('recording rules are named level:metric:operations', () => {
  for (const { record } of rules) {
    if (record !== undefined) assert.match(record, /^[a-z_]+:[a-z_]+:[a-z0-9_]+$/)
  }
})

test('each alert has its page and each page its alert', () => {
  const pages = globSync('docs/runbooks/*.md', { cwd: root }).map((path) => basename(path, '.md'))
  assert.deepEqual(pages.sort(), [...names].sort())
  for (const page of pages) {
    const text = read(`docs/runbooks/${page}.md`)
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)
    assert.deepEqual(headings, [page, 'What it means', 'What operators see', 'What to do'])
  }
})

test('each alert is tested to fire, and all but the dead-man to stay silent', () => {
  const tests = globSync('prometheus/tests/*.yaml', { cwd: root }).flatMap((path) =>
    parse(read(path)).tests.map(({ name }: { name: string }) => name),
  )
  const wanted = names.flatMap((name) => [
    `${name} fires`,
    ...(name === 'MLADeadMan' ? [] : [`${name} stays silent`]),
  ])
  assert.deepEqual(tests.sort(), wanted.sort())
})

test('routes name alerts that there are', () => {
  const named = read('prometheus/alertmanager.yaml').match(/\bMLA\w+/g) ?? []
  assert.deepEqual(
    named.filter((name) => !names.includes(name)),
    [],
  )
})

test('dashboards and rules ask for metrics that there are', async () => {
  const own = new Set((await allMetrics()).map(({ name }) => name))
  const recorded = new Set(rules.map(({ record }) => record))
  const wrong = collectQueries()
    .filter(({ kind }) => kind !== 'api')
    .flatMap(({ where, query }) =>
      // A recorded name begins elsewhere: `source:mla_…`.
      [...query.matchAll(/[\w:]*\bmla_\w+[\w:]*/g)]
        .map(([name]) => name)
        .filter((name) => !own.has(name.replace(/_(bucket|sum|count)$/, '')) && !recorded.has(name))
        .map((name) => `${where}: ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('the table of all metrics is what the services register', async () => {
  const table = read('docs/metrics.md')
  const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  assert.deepEqual(
    listed,
    (await allMetrics()).map(({ name }) => name),
  )
})

test('metrics are registered where the table finds them: in a report.ts', () => {
  const paths = globSync('{packages,services}/*/src/**/*.ts', { cwd: root })
    .filter(
      (path) => !/\/report(-\w+)?\.ts$|\.test\.ts$|\.fixture\.ts$|^packages\/kit\//.test(path),
    )
    .filter((path) => /\.(counter|gauge|histogram)\(\s*['`]mla_/.test(read(path)))
  assert.deepEqual(paths, [])
})

test('metrics are named mla_<noun>_<unit>, and counters end in _total', async () => {
  for (const { name, type } of await allMetrics()) {
    assert.match(name, /^mla_[a-z]+(_[a-z]+)*$/)
    assert.equal(/_total$/.test(name), type === 'counter', name)
  }
})

test('what has one name has one set of labels: services may share a process', async () => {
  assert.deepEqual(
    (await allMetrics()).filter(({ isContradicted }) => isContradicted),
    [],
  )
})
