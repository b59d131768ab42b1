import { MlaError } from '@mla/model'
import { NodeId, NodeIdType } from 'node-opcua-nodeid'

const form = /^(?:nsu=([^;]*);|ns=(\d{1,5});)?([isgb])=([\s\S]*)$/

/** `nsu=<URI>;s=<name>` in its parts; `;` in a URI is written %3B and % %25 (OPC 10000-6, 5.1.12). */
export interface WrittenNodeId {
  readonly namespace: string | number
  readonly type: NodeIdType
  readonly value: number | string | Buffer
}

/** Throws CDB_INVALID for what is not a node id. */
export function parseNodeId(text: string): WrittenNodeId {
  const [, uri, index, kind, identifier = ''] = form.exec(text) ?? []
  const namespace = uri === undefined ? Number(index ?? 0) : decoded(uri)
  switch (kind) {
    case 'i':
      return { namespace, type: NodeIdType.NUMERIC, value: Number(identifier) }
    case 's':
      return { namespace, type: NodeIdType.STRING, value: identifier }
    case 'g':
      return { namespace, type: NodeIdType.GUID, value: identifier.toUpperCase() }
    case 'b':
      return { namespace, type: NodeIdType.BYTESTRING, value: Buffer.from(identifier, 'base64') }
    default:
      throw new MlaError('CDB_INVALID', `"${text.slice(0, 100)}" is not a node id`)
  }
}

const decoded = (uri: string): string => uri.replaceAll(/%3B/gi, ';').replaceAll('%25', '%')

export const nodeIdOf = ({ type, value }: WrittenNodeId, namespaceIndex: number): NodeId =>
  new NodeId(type, value, namespaceIndex)
