import { freePorts } from '@mla/stack'
import { until } from '../system/system.ts'
import { type Container, inspect, root, run } from './docker.ts'

export interface StackSettings {
  readonly project: string
  /** Compose files, from the root of the repository. */
  readonly files: readonly string[]
  /** The folder of the configuration database. */
  readonly cdb: string
  /** The tag of the image of our services. */
  readonly version: string
  readonly env?: Readonly<Record<string, string>>
}

/** The system in containers, as `docker compose` runs it; nothing runs yet. */
export interface Stack extends AsyncDisposable {
  readonly hmiUrl: string
  readonly simulatorControl: string
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  readonly grafanaUrl: string
  /** `docker compose …` on these files; `version` is another image of our services. */
  compose(args: readonly string[], version?: string): Promise<string>
  containers(service: string): Promise<readonly Container[]>
  /** The services that stay, one-shots left out. */
  services(): Promise<readonly string[]>
  /** Those of them that run the image of ours. */
  ourServices(): Promise<readonly string[]>
  /** SIGKILL from outside: `docker kill` would switch the restart off. */
  kill(service: string): Promise<void>
  /** Waits until each process of a service is up and healthy. */
  healthy(service: string, withinMs?: number): Promise<void>
  /** A metric, summed over the service's containers. */
  metric(service: string, name: string): Promise<number>
  /** What all its containers take, in MB. */
  megabytes(): Promise<number>
}

const oneShots = ['jmx-agent', 'setup']

export async function createStack(settings: StackSettings): Promise<Stack> {
  const { project, files, cdb } = settings
  const names = ['MLA_HTTP_PORT', 'PROMETHEUS_PORT', 'ALERTMANAGER_PORT', 'GRAFANA_PORT']
  const more = [
    ...['MLA_OPCUA_PORT', 'MLA_SIMULATOR_CONTROL_PORT', 'MLA_SYSLOG_PORT', 'MLA_GELF_PORT'],
    ...['MLA_JSON_PORT', 'MLA_JSON_HTTP_PORT'],
  ]
  const ports = await freePorts(names.length + more.length)
  const env: Record<string, string> = {
    ...Object.fromEntries([...names, ...more].map((name, i) => [name, String(ports[i])])),
    COMPOSE_PROFILES: 'simulator',
    MLA_CDB: cdb,
    MLA_CUT_SECONDS: '10',
    ...settings.env,
  }
  const [hmi, prometheus, alertmanager, grafana, , control] = ports.map(
    (port) => `http://127.0.0.1:${port}`,
  )
  const flags = ['compose', '-p', project, ...files.flatMap((file) => ['-f', `${root}/${file}`])]
  const compose = (args: readonly string[], version = settings.version): Promise<string> =>
    run('docker', [...flags, ...args], { ...env, MLA_VERSION: version })

  async function containers(service: string): Promise<readonly Container[]> {
    const ids = (await compose(['ps', '--all', '--quiet', service])).split('\n').filter(Boolean)
    return inspect(ids)
  }
  const isUp = ({ isRunning, health }: Container): boolean =>
    isRunning && (health === null || health === 'healthy')

  async function healthy(service: string, withinMs = 180_000): Promise<void> {
    const check = async () => {
      const found = await containers(service)
      return found.length > 0 && found.every(isUp)
    }
    await until(`${service} to be healthy`, check, withinMs)
  }

  const remove = (): Promise<string> =>
    compose(['down', '--volumes', '--timeout', '5', '--remove-orphans'])
  // What a run that was killed has left, Docker starts again.
  await remove()

  return {
    hmiUrl: hmi ?? '',
    prometheusUrl: prometheus ?? '',
    alertmanagerUrl: alertmanager ?? '',
    grafanaUrl: grafana ?? '',
    simulatorControl: control ?? '',
    compose,
    containers,
    healthy,
    async services() {
      const all = (await compose(['config', '--services'])).split('\n').filter(Boolean)
      return all.filter((service) => !oneShots.includes(service)).sort()
    },
    async ourServices() {
      const { services } = JSON.parse(await compose(['config', '--format', 'json'])) as {
        services: Record<string, { image: string }>
      }
      return Object.keys(services).filter(
        (name) => services[name]?.image.startsWith('mla:') && !oneShots.includes(name),
      )
    },
    async kill(service) {
      const before = await containers(service)
      for (const { pid } of before) process.kill(pid, 'SIGKILL')
      await until(`${service} to be started again`, async () => {
        const now = await containers(service)
        return now.every(
          ({ isRunning, startedAt }, i) => isRunning && startedAt !== before[i]?.startedAt,
        )
      })
      await healthy(service)
    },
    async metric(service, name) {
      let sum = 0
      for (const { address } of await containers(service)) {
        const text = await (await fetch(`http://${address}:9464/metrics`)).text()
        for (const line of text.split('\n')) {
          if (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) {
            sum += Number(line.slice(line.lastIndexOf(' ') + 1))
          }
        }
      }
      return sum
    },
    async megabytes() {
      const ids = (await compose(['ps', '--quiet'])).split('\n').filter(Boolean)
      const said = await run('docker', [
        'stats',
        '--no-stream',
        '--format',
        '{{.MemUsage}}',
        ...ids,
      ])
      return said
        .split('\n')
        .filter(Boolean)
        .reduce((sum, line) => sum + megabytesOf(line), 0)
    },
    async [Symbol.asyncDispose]() {
      await remove()
    },
  }
}

/** `176.9MiB / 384MiB`: the first of them. */
function megabytesOf(text: string): number {
  const [, number, unit] = /^([\d.]+)(\w+)/.exec(text) ?? []
  const factor = { B: 1e-6, KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit ?? ''] ?? 0
  return Number(number) * factor
}
