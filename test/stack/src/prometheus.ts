import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { debianProgram } from './debian.ts'
import { freePorts } from './free-port.ts'
import { createServerProcess, type ServerControl } from './server-process.ts'

const configuration = join(import.meta.dirname, '../../../prometheus')

export interface PrometheusSettings {
  readonly targets: readonly { readonly job: string; readonly address: string }[]
  /** `host:port` of an Alertmanager. */
  readonly alertmanager?: string
  /** Default 1. */
  readonly scrapeSeconds?: number
}

export interface PrometheusServer extends ServerControl {
  readonly url: string
}

/** Starts Prometheus with our rules on a free port of 127.0.0.1; resolves when it answers. */
export async function startPrometheus(settings: PrometheusSettings): Promise<PrometheusServer> {
  const { targets, alertmanager, scrapeSeconds = 1 } = settings
  const command = debianProgram('prometheus')
  const [port = 0] = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'mla-prometheus-'))
  const listOf = (address: string, job: string) => ({
    targets: [address],
    labels: { job, host: 'local' },
  })
  const config = {
    global: {
      scrape_interval: `${scrapeSeconds}s`,
      scrape_timeout: `${scrapeSeconds}s`,
      evaluation_interval: `${scrapeSeconds}s`,
      external_labels: { hmi: 'http://127.0.0.1:8080' },
    },
    rule_files: [join(configuration, 'rules/*.yaml')],
    ...(alertmanager && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    }),
    scrape_configs: [
      {
        job_name: 'given',
        static_configs: [
          ...targets.map(({ address, job }) => listOf(address, job)),
          listOf(`127.0.0.1:${port}`, 'prometheus'),
        ],
      },
    ],
  }
  // JSON is YAML too.
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify(config))
  const server = createServerProcess({
    ...{ name: 'prometheus', folder, command },
    args: [
      '--config.file=prometheus.yaml',
      `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.path=data',
      '--rules.alert.resend-delay=1s',
    ],
    ready: /Server is ready to receive web requests/,
    startWithinMs: 30_000,
  })
  return started(server, `http://127.0.0.1:${port}`)
}

export interface AlertmanagerServer extends ServerControl {
  readonly url: string
  readonly address: string
}

/** Starts Alertmanager with our routes, the watchdog being at the given address (`host:port`). */
export async function startAlertmanager(watchdog: string): Promise<AlertmanagerServer> {
  const command = debianProgram('prometheus-alertmanager', undefined, [
    '/usr/share/prometheus/alertmanager',
  ])
  const [port = 0] = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'mla-alertmanager-'))
  const routes = readFileSync(join(configuration, 'alertmanager.yaml'), 'utf8')
  const own = routes
    .replaceAll('watchdog:9464', watchdog)
    .replaceAll(/(group|repeat)_interval: 20s/g, '$1_interval: 1s')
  writeFileSync(join(folder, 'alertmanager.yaml'), own)
  const server = createServerProcess({
    ...{ name: 'alertmanager', folder, command },
    args: [
      '--config.file=alertmanager.yaml',
      `--web.listen-address=127.0.0.1:${port}`,
      // One by itself; it would look for others at a port that everybody uses.
      '--cluster.listen-address=',
      '--storage.path=data',
    ],
    ready: /Listening on|msg=Listening/,
    startWithinMs: 30_000,
  })
  const address = `127.0.0.1:${port}`
  return { ...(await started(server, `http://${address}`)), address }
}

/** Starts the node exporter: the metrics of this machine. */
export async function startNodeExporter(): Promise<ServerControl & { readonly address: string }> {
  const command = debianProgram('prometheus-node-exporter')
  const [port = 0] = await freePorts(1)
  const address = `127.0.0.1:${port}`
  const folder = mkdtempSync(join(tmpdir(), 'mla-node-exporter-'))
  const server = createServerProcess({
    ...{ name: 'node-exporter', folder, command, args: [`--web.listen-address=${address}`] },
    ready: /Listening on|TLS is disabled/,
    startWithinMs: 30_000,
  })
  return { ...(await started(server, `http://${address}`)), address }
}

async function started(server: ServerControl, url: string) {
  try {
    await server.start()
    return { ...server, url }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}
