import type { DuckDBConnection } from '@duckdb/node-api'
import type { PointId } from '@mla/model'
import type { ClassOf } from '../port.ts'

/** The points by a small number: a row of samples carries that, not the name. */
export interface PointTable {
  /** The numbers of points, in their order; those that are new get one. */
  idsOf(samples: readonly { readonly point: PointId }[]): Promise<number[]>
  /** Null for a point that has never had a sample. */
  idOf(point: PointId): number | null
  nameOf(id: number): PointId
}

export async function loadPoints(
  connection: DuckDBConnection,
  classOf: ClassOf,
): Promise<PointTable> {
  const ids = new Map<PointId, number>()
  const names: PointId[] = []
  const known = await connection.runAndReadAll('SELECT id, name FROM points')
  for (const [id, name] of known.getRows()) {
    ids.set(String(name), Number(id))
    names[Number(id)] = String(name)
  }

  async function add(points: ReadonlySet<PointId>): Promise<void> {
    const appender = await connection.createAppender('points')
    for (const name of points) {
      const id = names.length
      appender.appendInteger(id)
      appender.appendVarchar(name)
      appender.appendVarchar(classOf(name))
      appender.endRow()
      ids.set(name, id)
      names.push(name)
    }
    appender.closeSync()
  }

  return {
    async idsOf(samples) {
      const fresh = new Set(samples.filter(({ point }) => !ids.has(point)).map((one) => one.point))
      if (fresh.size > 0) await add(fresh)
      return samples.map(({ point }) => ids.get(point) as number)
    },
    idOf: (point) => ids.get(point) ?? null,
    nameOf: (id) => names[id] as PointId,
  }
}
