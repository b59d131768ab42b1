import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { dashboardJson } from '../tools/grafana/dashboard.ts'
import { dashboards } from '../tools/grafana/write.ts'

const root = join(import.meta.dirname, '..')

const text = z.string().regex(/\S/)
const datasource = z.object({
  type: z.enum(['prometheus', 'yesoreyeram-infinity-datasource']),
  uid: z.enum(['$datasource', 'mla-api']),
})
const place = z.object({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
})
const row = z.object({ type: z.literal('row'), id: z.int(), title: text, gridPos: place })
const panel = z.object({
  type: z.enum(['timeseries', 'stat', 'table', 'state-timeline']),
  id: z.int(),
  title: text,
  description: text,
  gridPos: place,
  datasource,
  fieldConfig: z.object({ defaults: z.looseObject({ unit: text }) }),
  targets: z
    .array(
      z.object({ refId: z.string().regex(/^[A-Z]$/), datasource, expr: z.string().optional() }),
    )
    .min(1),
})
/** What Grafana needs, and what the dashboard linter asks. */
const dashboard = z.object({
  uid: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: text,
  description: text,
  editable: z.literal(false),
  tags: z.array(text).min(1),
  panels: z.array(z.union([row, panel])),
  templating: z.object({
    list: z.array(
      z.object({
        ...{ name: text, label: text, type: text },
        ...{ multi: z.boolean().optional(), allValue: z.string().optional() },
      }),
    ),
  }),
})

const parsed = dashboards.map((one) => dashboard.parse(dashboardJson(one)))
const panelsOf = ({ panels }: (typeof parsed)[number]) =>
  panels.flatMap((one) => (one.type === 'row' ? [] : [one]))

test('uids and titles are unique, and so are the ids and titles within a dashboard', () => {
  const unique = (list: readonly unknown[], what: string) =>
    assert.deepEqual(list, [...new Set(list)], what)
  unique(
    parsed.map(({ uid }) => uid),
    'uids',
  )
  unique(
    parsed.map(({ title }) => title),
    'titles',
  )
  for (const one of parsed) {
    unique(
      one.panels.map(({ id }) => id),
      `ids in ${one.uid}`,
    )
    unique(
      panelsOf(one).map(({ title }) => title),
      `titles in ${one.uid}`,
    )
  }
})

test('no two panels lie on one another', () => {
  for (const one of parsed) {
    const taken = new Set<string>()
    for (const { title, gridPos } of one.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(x < 24 && !taken.has(`${x} ${y}`), `${one.uid}: ${title}`)
          taken.add(`${x} ${y}`)
        }
      }
    }
  }
})

test('jobs and instances are chosen above every dashboard over Prometheus', () => {
  for (const one of parsed) {
    const list = new Map(one.templating.list.map((variable) => [variable.name, variable]))
    assert.ok(list.has('datasource') && list.has('hmi'), one.uid)
    if (one.uid === 'monitoring-points') continue
    for (const name of ['job', 'instance']) {
      const variable = list.get(name)
      const given = [variable?.label, variable?.multi, variable?.allValue]
      assert.deepEqual(given, [name, true, '.+'], `${one.uid} ${name}`)
    }
  }
})

/** Of nothing that can be chosen: alerts are about anything. */
const ofEverything = /^count\(ALERTS\{/

test('queries keep to the linter: job and instance, intervals, rates of counters', () => {
  for (const one of parsed) {
    for (const { title, targets } of panelsOf(one)) {
      for (const { expr } of targets) {
        if (expr === undefined || ofEverything.test(expr)) continue
        const where = `${one.uid} / ${title}: ${expr}`
        const selectors = expr.match(/\{[^}]*\}/g) ?? []
        assert.ok(selectors.length > 0, where)
        for (const selector of selectors) {
          assert.match(selector, /^\{job=~"\$job", instance=~"\$instance"/, where)
        }
        for (const [, range] of expr.matchAll(/\brate\([^[]*\[([^\]]+)\]/g)) {
          assert.equal(range, '$__rate_interval', where)
        }
        // A counter as it stands says nothing; how fast it grows does.
        for (const [before] of expr.matchAll(/\S*_total\{/g)) {
          assert.match(before, /(rate|increase)\([a-z_]+_total\{$/, where)
        }
      }
    }
  }
})

test('each service has its dashboard, and each file is what the code makes', () => {
  const files = globSync('grafana/dashboards/*.json', { cwd: root })
  assert.deepEqual(
    files.map((file) => basename(file, '.json')).sort(),
    parsed.map(({ uid }) => uid).sort(),
  )
  for (const one of dashboards) {
    const file = join(root, `grafana/dashboards/${one.uid}.json`)
    assert.ok(existsSync(file))
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), dashboardJson(one))
  }
})
