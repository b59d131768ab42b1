import { MlaError, matchesGlob } from '@mla/model'
import { AttributeIds } from 'node-opcua-client'
import { type Found, walk } from './browse-tree.ts'
import { type Connection, type ConnectSettings, openConnection } from './connection.ts'
import { connectError } from './failure.ts'
import { nodeIdText, resolveNodeId } from './node-id.ts'
import type { BrowsedNode } from './port.ts'
import { type Description, describeMany } from './properties.ts'
import { readMany } from './read-many.ts'
import { carry, statusOf } from './values.ts'

export interface BrowseOptions {
  /** A pattern on the path; see matchesGlob. Everything without one. */
  readonly match?: string
  /** The node id below which to look; the Objects folder without one. Paths begin below it. */
  readonly root?: string
  /** Stops after so many nodes that match; 100,000 unless told. */
  readonly maxNodes?: number
  readonly signal?: AbortSignal
}

/**
 * The variables of a server with what they are. The session ends however the loop over it ends.
 * Throws SOURCE_UNAVAILABLE, SOURCE_UNTRUSTED, SOURCE_REFUSED, and QUERY_INVALID for a root that
 * is no node id of this server.
 */
export async function* browse(
  settings: ConnectSettings,
  options: BrowseOptions = {},
): AsyncGenerator<BrowsedNode> {
  const { match = '**', root = 'i=85', maxNodes = 100_000 } = options
  const signal = options.signal ?? new AbortController().signal
  const connection = await openConnection(settings, null, signal)
  const dataTypes = new Map<string, Description>()
  let left = maxNodes
  try {
    const start = resolveNodeId(root, connection.namespaces)
    if (!start.ok) throw new MlaError('QUERY_INVALID', start.reason)
    for await (const found of walk(connection.session, start.nodeId, connection.limits.browses)) {
      signal.throwIfAborted()
      const wanted = found.filter(({ path }) => matchesGlob(match, path)).slice(0, left)
      left -= wanted.length
      yield* await look(connection, wanted, dataTypes)
      if (left <= 0) return
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw connectError(error, settings.endpoint, settings.pkiFolder)
  } finally {
    await connection.close('delete')
  }
}

async function look(
  { session, limits, namespaces }: Connection,
  found: readonly Found[],
  dataTypes: Map<string, Description>,
): Promise<BrowsedNode[]> {
  if (found.length === 0) return []
  const nodeIds = found.map(({ nodeId }) => nodeId)
  const read = (attributeId: AttributeIds) =>
    readMany(
      session,
      nodeIds.map((nodeId) => ({ nodeId, attributeId })),
      limits.reads,
    )
  const values = await read(AttributeIds.Value)
  const descriptions = await read(AttributeIds.Description)
  const described = await describeMany(session, nodeIds, limits, dataTypes)
  return found.map(({ path, nodeId }, i): BrowsedNode => {
    const value = values[i]
    const { type, value: read } = carry(value?.value ?? null)
    const description = carry(descriptions[i]?.value ?? null).value
    const { unit = null, enumeration = null } = described[i] ?? {}
    return {
      path,
      nodeId: nodeIdText(nodeId, namespaces),
      // An enumeration travels as an Int32.
      type:
        enumeration === null
          ? type
          : type === 'int32'
            ? 'enum'
            : type === 'int32[]'
              ? 'enum[]'
              : type,
      value: read,
      status: value ? statusOf(value) : 0,
      description: typeof description === 'string' && description !== '' ? description : null,
      unit,
      enumeration,
    }
  })
}
