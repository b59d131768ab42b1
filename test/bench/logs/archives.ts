import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Archive } from '@mla/archive'
import { openCassandra, setupCassandra } from '@mla/archive/cassandra'
import { openDuckdb } from '@mla/archive/duckdb'
import { silentLog } from '@mla/kit'
import { localDataCenter, startCassandra } from '@mla/stack'

export interface Opened extends AsyncDisposable {
  readonly archive: Archive
  /** What the records take on disk; afterwards the archive is of no use. */
  bytesOnDisk(): Promise<number>
}

export async function inDuckdb(folder: string): Promise<Opened> {
  const path = join(folder, 'archive.duckdb')
  const archive = await openDuckdb({ path }, { classes: [], classOf: () => 'standard' })
  return {
    archive,
    async bytesOnDisk() {
      // Closed, so that all of it is in the file.
      await archive[Symbol.asyncDispose]()
      return statSync(path).size
    },
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  }
}

const keyspace = 'bench_logs'

export async function inCassandra(): Promise<Opened> {
  const server = await startCassandra()
  const { contactPoints, port } = server
  const settings = {
    ...{ contactPoints, port, localDataCenter, keyspace, consistency: 'one' as const },
    ...{ user: null, passwordFile: null, tlsCa: null, requestTimeoutMs: 30_000 },
  }
  await setupCassandra({ ...settings, replication: 1 }, [], silentLog)
  const parts = { classes: [], classOf: () => 'standard' }
  const archive = await openCassandra(settings, parts, silentLog)
  return {
    archive,
    async bytesOnDisk() {
      // A server that ends in order has written all of it.
      await server.stop()
      return bytesOfTables(server.folder, keyspace)
    },
    async [Symbol.asyncDispose]() {
      await archive[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** What the tables of logs of a Cassandra take on disk, without the commit log. */
export function bytesOfTables(folder: string, keyspace: string): number {
  const files = globSync(`data/${keyspace}/log_*/**`, { cwd: folder })
  return files.reduce((sum, file) => {
    const stat = statSync(join(folder, file))
    return stat.isFile() ? sum + stat.size : sum
  }, 0)
}
