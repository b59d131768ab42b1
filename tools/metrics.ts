/** The table of all metrics, from what each `report.ts` (and `report-….ts`) really registers. */
import { globSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import {
  createHealth,
  createMetrics,
  createRegistry,
  silentLog,
} from '../packages/kit/src/index.ts'

export interface Metric {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly labels: readonly string[]
  /** The services that have it; a package's metric is in whoever uses the package. */
  readonly owners: readonly string[]
  /** True where two of them give it different labels or types, which a shared registry refuses. */
  readonly isContradicted: boolean
}

/** Everything that a report of a service or a package registers, in order of name. */
export async function allMetrics(): Promise<readonly Metric[]> {
  const found = new Map<string, Metric>()
  for (const path of globSync('{packages,services}/*/src/report{,-*}.ts').sort()) {
    const owner = path.split('/')[1] ?? ''
    for (const metric of await metricsOf(path, owner)) {
      const known = found.get(metric.name)
      const owners = [...new Set([...(known?.owners ?? []), owner])]
      const isOther =
        known && (known.type !== metric.type || `${known.labels}` !== `${metric.labels}`)
      const isContradicted = (known?.isContradicted ?? false) || isOther === true
      found.set(metric.name, {
        ...metric,
        help: known?.help ?? metric.help,
        owners,
        isContradicted,
      })
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** `createReport`, and what a service with several tellers calls them: `createProcessingReport`. */
const teller = /^create\w*Report$/
type CreateReport = (life: object, tell: null) => unknown

async function metricsOf(
  path: string,
  name: string,
): Promise<readonly Omit<Metric, 'owners' | 'isContradicted'>[]> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, CreateReport>
  const registry = createRegistry()
  const before = new Set(registry.getMetricsAsArray().map((metric) => metric.name))
  const life = {
    ...{ name, instance: name, log: silentLog, health: createHealth() },
    ...{ metrics: createMetrics(name, registry), signal: new AbortController().signal },
  }
  life.metrics.gauge('mla_ready', '1 while every part of the process is ready')
  for (const [exported, create] of Object.entries(module)) {
    if (teller.test(exported)) create(life, null)
  }
  return registry
    .getMetricsAsArray()
    .filter((metric) => !before.has(metric.name))
    .map((metric) => {
      const { labelNames = [] } = metric as { labelNames?: readonly string[] }
      const labels = labelNames.filter((label) => label !== 'service')
      return { name: metric.name, help: metric.help, type: String(metric.type), labels }
    })
}

export async function writeMetrics(file: string): Promise<void> {
  const rows = (await allMetrics()).map(
    ({ name, type, labels, help, owners }) =>
      `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} | ${owners.join(', ')} |`,
  )
  const text = `<!-- Made by \`pnpm gen\` from what each report.ts registers: edit those. -->

# Metrics

Each carries \`service\`; Prometheus adds \`job\` (the same), \`instance\` and \`host\`. The names of points and the texts of
errors are never labels. Beside these every process has Node's own: \`process_*\` and \`nodejs_*\` (event loop, heap, garbage
collection). What the JMX exporter shows of Kafka and Cassandra is in \`compose/jmx/\`. Where two services have a metric of one
name, the table has the words of the first; what a record is, each service says on its dashboard.

| name | type | labels | meaning | in |
|---|---|---|---|---|
${rows.join('\n')}
`
  writeFileSync(file, text)
}
