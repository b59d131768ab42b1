import { NodeId } from 'node-opcua-client'

const kinds = {
  i: NodeId.NodeIdType.NUMERIC,
  s: NodeId.NodeIdType.STRING,
  g: NodeId.NodeIdType.GUID,
  b: NodeId.NodeIdType.BYTESTRING,
} as const

const text = /^(?:nsu=([^;]*);|ns=(\d{1,5});)?([isgb])=(.*)$/s
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export type ResolvedNodeId =
  | { readonly ok: true; readonly nodeId: NodeId }
  | { readonly ok: false; readonly reason: string; readonly malformed: boolean }

/**
 * Turns `nsu=<URI>;s=<name>`, `ns=<index>;…` or a plain `i=<number>` into the node id of a server
 * whose namespaces are `namespaces` (OPC 10000-6, 5.1.12; in a URI `;` is written %3B and % %25).
 */
export function resolveNodeId(written: string, namespaces: readonly string[]): ResolvedNodeId {
  const [, uri, index, kind = '', identifier = ''] = text.exec(written) ?? []
  const value = identifierOf(kind, identifier)
  if (value === null) {
    const reason = `"${written.slice(0, 100)}" is not a node id such as nsu=urn:site:plc;s=Axis.Position`
    return { ok: false, reason, malformed: true }
  }
  const namespace = uri === undefined ? Number(index ?? 0) : namespaces.indexOf(decoded(uri))
  if (namespace < 0) {
    const reason = `the server has no namespace "${decoded(uri ?? '')}" (it has ${namespaces.join(', ')})`
    return { ok: false, reason, malformed: false }
  }
  return { ok: true, nodeId: new NodeId(kinds[kind as keyof typeof kinds], value, namespace) }
}

function identifierOf(kind: string, identifier: string): number | string | Buffer | null {
  switch (kind) {
    case 'i':
      return /^\d{1,10}$/.test(identifier) && Number(identifier) <= 0xffffffff
        ? Number(identifier)
        : null
    case 's':
      return identifier
    case 'g':
      return guid.test(identifier) ? identifier.toUpperCase() : null
    case 'b':
      return Buffer.from(identifier, 'base64')
    default:
      return null
  }
}

/** The text of a node id that stays true when the server numbers its namespaces anew. */
export function nodeIdText(nodeId: NodeId, namespaces: readonly string[]): string {
  const kind = Object.entries(kinds).find(([, type]) => type === nodeId.identifierType)?.[0] ?? 'i'
  const value = Buffer.isBuffer(nodeId.value) ? nodeId.value.toString('base64') : nodeId.value
  if (nodeId.namespace === 0) return `${kind}=${value}`
  const uri = namespaces[nodeId.namespace]
  return uri === undefined
    ? `ns=${nodeId.namespace};${kind}=${value}`
    : `nsu=${encoded(uri)};${kind}=${value}`
}

const encoded = (uri: string): string => uri.replaceAll('%', '%25').replaceAll(';', '%3B')
const decoded = (uri: string): string => uri.replaceAll(/%3B/gi, ';').replaceAll('%25', '%')
