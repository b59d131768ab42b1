import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { logback, moduleFlags } from '../../test/stack/src/cassandra-config.ts'
import { fetchJars } from '../../test/stack/src/jars.ts'
import { ownCertificates, packageSources } from './machine.ts'
import { fetchPackage } from './npm.ts'

/** An image that is built here instead of being pulled. */
export interface OfflineImage {
  /** As compose.yaml or another recipe names it. */
  readonly tag: string
  /** In this folder; what stands beside it is copied into its context. */
  readonly dockerfile: string
  /** The tag of the image that it is made from. */
  readonly from: string
  /** Puts into the context what is not in the repository. */
  fill?(context: string): Promise<void> | void
}

export const nodeVersion = '24.21.0'
export const debootstrapTag = 'mla-offline/debootstrap'

/** Each after those that it is made from. */
export const offlineImages: readonly OfflineImage[] = [
  {
    tag: 'mla-offline/base',
    dockerfile: 'base/Dockerfile',
    from: debootstrapTag,
    fill(context) {
      copyAll(packageSources(), join(context, 'sources'))
      mkdirSync(join(context, 'certificates'))
      ownCertificates().forEach((pem, i) => {
        writeFileSync(join(context, `certificates/site-${i + 1}.crt`), pem)
      })
    },
  },
  {
    tag: `node:${nodeVersion}-bookworm-slim`,
    dockerfile: 'node/Dockerfile',
    from: 'mla-offline/base',
    async fill(context) {
      cpSync(process.execPath, join(context, 'node/node'))
      cpSync(await fetchPackage('npm@11.6.2'), join(context, 'npm'), { recursive: true })
    },
  },
  { tag: 'mla-offline/java', dockerfile: 'java/Dockerfile', from: 'mla-offline/base' },
  {
    tag: 'apache/kafka:4.1.0',
    dockerfile: 'kafka/Dockerfile',
    from: 'mla-offline/java',
    fill: (context) => copyJars('kafka', context),
  },
  {
    tag: 'cassandra:5.0.5',
    dockerfile: 'cassandra/Dockerfile',
    from: 'mla-offline/java',
    async fill(context) {
      await copyJars('cassandra', context)
      writeFileSync(join(context, 'logback.xml'), logback)
      writeFileSync(join(context, 'jvm.options'), `${moduleFlags.join('\n')}\n`)
    },
  },
  { tag: 'mla-offline/prometheus', dockerfile: 'prometheus/Dockerfile', from: 'mla-offline/base' },
  ...['prom/prometheus:v2.42.0', 'prom/alertmanager:v0.25.0', 'prom/node-exporter:v1.5.0'].map(
    (tag) => ({
      tag,
      dockerfile: `prometheus/${tag.slice(5, tag.indexOf(':'))}.Dockerfile`,
      from: 'mla-offline/prometheus',
    }),
  ),
]

/** The jars that the tests run Kafka and Cassandra from, compared with the same sums. */
async function copyJars(name: 'kafka' | 'cassandra', context: string): Promise<void> {
  const { folder } = await fetchJars(name)
  cpSync(folder, join(context, 'jars'), { recursive: true })
}

function copyAll(files: readonly string[], folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of files) cpSync(file, join(folder, file.slice(dirname(file).length + 1)))
}
