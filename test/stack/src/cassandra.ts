import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logback, moduleFlags, yamlOf } from './cassandra-config.ts'
import { makeCertificate } from './certificate.ts'
import { freePorts } from './free-port.ts'
import { fetchJars } from './jars.ts'
import { createServerProcess, type ServerControl } from './server-process.ts'

export interface CassandraSettings {
  /** Default 1024. */
  readonly heapMb?: number
  /** More arguments of java; for an agent. */
  readonly javaArgs?: readonly string[]
  /**
   * `batch` has a write on the disk before it is answered: for tests that kill the server and
   * count what was acknowledged. Default `periodic`, which may lose the last moments then.
   */
  readonly commitLog?: 'periodic' | 'batch'
  /** Asks for a user and a password. */
  readonly authentication?: boolean
  /** Encrypts the connections of clients, with a certificate made for it. */
  readonly tls?: boolean
}

export interface CassandraServer extends ServerControl {
  /** Host names without the port. */
  readonly contactPoints: readonly string[]
  readonly port: number
  readonly localDataCenter: string
  /** Keeps its data, in `data/<keyspace>/<table>-<id>`. */
  readonly folder: string
  /** The certificate to trust (PEM), with `tls`. */
  readonly ca: string | null
  /** Who may do everything, with `authentication`. */
  readonly credentials: { readonly username: string; readonly password: string } | null
}

/** What SimpleSnitch calls the one data center there is. */
export const localDataCenter = 'datacenter1'

/** Starts a Cassandra of one node on free ports of 127.0.0.1; resolves when it takes clients. */
export async function startCassandra(settings: CassandraSettings = {}): Promise<CassandraServer> {
  const jars = await fetchJars('cassandra')
  const [nativePort = 0, storagePort = 0] = await freePorts(2)
  const folder = mkdtempSync(join(tmpdir(), 'mla-cassandra-'))
  const heap = settings.heapMb ?? 1024
  const authentication = settings.authentication ?? false
  const server = createServerProcess({
    name: 'cassandra',
    folder,
    command: jars.java,
    args: [
      ...(settings.javaArgs ?? []),
      ...[`-Xms${heap}m`, `-Xmx${heap}m`, '-XX:+ExitOnOutOfMemoryError'],
      ...[`-javaagent:${jars.folder}/jamm-0.4.0.jar`, ...moduleFlags],
      `-Dcassandra.config=file://${folder}/cassandra.yaml`,
      `-Dcassandra.storagedir=${folder}`,
      `-Dlogback.configurationFile=${folder}/logback.xml`,
      '-Dcassandra.skip_wait_for_gossip_to_settle=0',
      '-Dcassandra.ring_delay_ms=1',
      '-Dcassandra.superuser_setup_delay_ms=0',
      // Without it the daemon closes its output once it runs.
      '-Dcassandra-foreground=yes',
      '-Djdk.attach.allowAttachSelf=true',
      ...['-cp', `${jars.folder}/*`, 'org.apache.cassandra.service.CassandraDaemon'],
    ],
    ready: /Startup complete/,
    // The super-user is made in the background, mostly a moment after clients are let in.
    ...(authentication && {
      readyFirst: /^(?=[\s\S]*Startup complete)[\s\S]*Created default superuser/,
    }),
    startWithinMs: 180_000,
  })
  try {
    const certificate = settings.tls ? await makeCertificate(jars.keytool, folder) : null
    const commitLog = settings.commitLog ?? 'periodic'
    const plan = { folder, nativePort, storagePort, commitLog, authentication, certificate }
    writeFileSync(join(folder, 'cassandra.yaml'), yamlOf(plan))
    writeFileSync(join(folder, 'logback.xml'), logback)
    await server.start()
    return {
      ...server,
      folder,
      contactPoints: ['127.0.0.1'],
      port: nativePort,
      localDataCenter,
      ca: certificate?.pem ?? null,
      credentials: authentication ? { username: 'cassandra', password: 'cassandra' } : null,
    }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}
