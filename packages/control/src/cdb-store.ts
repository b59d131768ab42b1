import { type Bus, mlaCdb } from '@mla/bus'
import type { Environment, Problem } from '@mla/cdb'
import {
  buildCdb,
  type CdbLog,
  type CdbText,
  cdbFilesOf,
  createCdbLog,
  documentsOf,
  headKey,
} from '@mla/cdb'
import { type CdbVersion, type Micros, MlaError, microsOfMillis } from '@mla/model'

/** The configurations on the bus, to be read, published and rolled back. */
export interface CdbStore {
  /** The versions that are kept, the one in force first. Throws BUS_UNAVAILABLE. */
  versions(): Promise<readonly CdbVersion[]>
  /** The files of a version by its number. Throws QUERY_INVALID for one that is not kept. */
  files(number: number): Promise<readonly CdbText[]>
  /**
   * Publishes the files as a new version, unless something is wrong with them. Throws CDB_CONFLICT
   * where another version than `base` is in force, or somebody published at the same moment.
   */
  publish(files: readonly CdbText[], said: Said, base: number | null): Promise<Published>
}

export interface Said {
  readonly by: string
  readonly why: string
}

export type Published =
  | { readonly ok: true; readonly version: CdbVersion; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const readWithinMs = 15_000

export function createCdbStore(
  bus: Pick<Bus, 'follow' | 'publish'>,
  env: Environment,
  now: () => Micros = () => microsOfMillis(Date.now()),
): CdbStore {
  /** One after the other, so that this process does not get in its own way. */
  let turn: Promise<unknown> = Promise.resolve()

  async function read(): Promise<CdbLog> {
    const log = createCdbLog()
    const patience = AbortSignal.timeout(readWithinMs)
    for await (const one of bus.follow(mlaCdb, 0, patience)) {
      if (one.kind === 'caught-up') return log
      for (const { key, record } of one.messages) log.take(key, record)
    }
    throw new MlaError('BUS_UNAVAILABLE', 'mla.cdb is not read to its end in time')
  }

  async function write(
    texts: readonly CdbText[],
    said: Said,
    base: number | null,
  ): Promise<Published> {
    const { files, problems } = cdbFilesOf(texts)
    const result = buildCdb(files, env, problems)
    if (!result.ok) return result
    const { versions } = await read()
    const inForce = versions[0]?.number ?? 0
    if (base !== null && base !== inForce)
      throw conflict(`version ${inForce} is in force, not ${base}`)
    const documents = documentsOf(texts, { ...said, time: now() }, versions)
    await bus.publish(mlaCdb, documents)
    const mine = documents.find(({ record }) => record.head !== null)?.record.head?.[0]
    if (!mine) throw new MlaError('INTERNAL', 'a version without a head')
    await checkAlone(mine, versions[0] ?? null)
    return { ok: true, version: mine, warnings: result.warnings }
  }

  /** The log has one order for all: of two that publish at once the first one's version stays. */
  async function checkAlone(mine: CdbVersion, base: CdbVersion | null): Promise<void> {
    const { heads } = await read()
    const at = heads.findLastIndex(([first]) => first?.version === mine.version)
    const before = heads[at - 1]
    if (at >= 0 && (before === undefined || before[0]?.version === base?.version)) return
    if (before !== undefined && at === heads.length - 1) {
      await bus.publish(mlaCdb, [{ key: headKey, record: { file: null, head: before } }])
    }
    throw conflict('somebody else published a version at the same moment')
  }

  return {
    versions: async () => (await read()).versions,
    async files(number) {
      const log = await read()
      const version = log.versions.find((one) => one.number === number)
      const files = version && log.filesOf(version)
      if (files) return files
      const kept = log.versions.map((one) => one.number)
      const range = kept.length === 0 ? 'none is' : `${kept.at(-1)} to ${kept[0]} are`
      throw new MlaError('QUERY_INVALID', `version ${number} is not kept; ${range}`)
    },
    publish(files, said, base) {
      const published = turn.then(() => write(files, said, base))
      turn = published.catch(() => undefined)
      return published
    },
  }
}

const conflict = (what: string): MlaError =>
  new MlaError('CDB_CONFLICT', `${what}: look at what changed, and apply again`)
