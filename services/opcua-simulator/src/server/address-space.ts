import type { Point } from '@mla/cdb'
import { isArrayType, scalarTypeOf } from '@mla/model'
import type { AddressSpace, Namespace, UAObject, UAVariable } from 'node-opcua-address-space'
import { AttributeIds } from 'node-opcua-data-model'
import { extractRange } from 'node-opcua-data-value'
import { NodeId, NodeIdType } from 'node-opcua-nodeid'
import { EUInformation, Range } from 'node-opcua-types'
import { DataType, Variant } from 'node-opcua-variant'
import type { ServedPoint } from '../served-point.ts'
import { nodeIdOf, parseNodeId } from './node-id.ts'
import { dataTypes, dataValueOf } from './values.ts'

/** Makes a node of every point, in folders by the parts of its id. Returns who is who. */
export function buildAddressSpace(
  addressSpace: AddressSpace,
  points: readonly ServedPoint[],
  now: () => number,
): Map<UAVariable, ServedPoint> {
  const own = addressSpace.getOwnNamespace()
  const folders = createFolders(own, addressSpace.rootFolder.objects)
  const enumerations = createEnumerations(own)
  const addProperties = createProperties(own)
  const variables = new Map<UAVariable, ServedPoint>()
  for (const served of points) {
    const { point } = served
    const written = parseNodeId(point.nodeId)
    const namespace =
      typeof written.namespace === 'number'
        ? addressSpace.getNamespace(written.namespace)
        : addressSpace.registerNamespace(written.namespace)
    const cut = point.id.lastIndexOf('/')
    const variable = namespace.addVariable({
      componentOf: folders(point.id.slice(0, cut)),
      browseName: { name: point.id.slice(cut + 1), namespaceIndex: own.index },
      nodeId: nodeIdOf(written, namespace.index),
      dataType: scalarTypeOf(point.type) === 'enum' ? enumerations(point) : dataTypeOf(point),
      valueRank: isArrayType(point.type) ? 1 : -1,
      accessLevel: 'CurrentRead',
      userAccessLevel: 'CurrentRead',
      ...(point.description === null ? {} : { description: point.description }),
    })
    addProperties(variable, point)
    makeReadable(variable, served, now)
    variables.set(variable, served)
  }
  return variables
}

const dataTypeOf = (point: Point): DataType => dataTypes[scalarTypeOf(point.type)]

/** The folder of a path, made when it is first asked for. */
function createFolders(own: Namespace, root: UAObject): (path: string) => UAObject {
  const made = new Map<string, UAObject>()
  const folder = (path: string): UAObject => {
    const known = made.get(path)
    if (known) return known
    const cut = path.lastIndexOf('/')
    const parent = cut < 0 ? root : folder(path.slice(0, cut))
    const created = own.addFolder(parent, { browseName: path.slice(cut + 1) })
    made.set(path, created)
    return created
  }
  return folder
}

/** One enumeration type for each set of names, shared by the points that have it. */
function createEnumerations(own: Namespace): (point: Point) => NodeId | DataType {
  const made = new Map<string, NodeId>()
  return ({ enumeration }) => {
    if (!enumeration || enumeration.size === 0) return DataType.Int32
    const key = JSON.stringify([...enumeration])
    const known = made.get(key)
    if (known) return known
    const type = own.addEnumerationType({
      browseName: `Enumeration${made.size + 1}`,
      enumeration: [...enumeration].map(([value, displayName]) => ({ value, displayName })),
    })
    made.set(key, type.nodeId)
    return type.nodeId
  }
}

/**
 * Unit (OPC 10000-8, 5.6.3) and, where a percent dead band needs it, EURange. Points of one unit
 * share its property node: a node for each would take as much memory as the points themselves.
 */
function createProperties(own: Namespace): (variable: UAVariable, point: Point) => void {
  const units = new Map<string, UAVariable>()
  return (variable, { unit, deadband, range }) => {
    if (deadband?.kind === 'percent') {
      const value = new Range(range ?? { low: 0, high: 100 })
      addProperty(own, variable, `${variable.nodeId}/EURange`, 'EURange', value)
    }
    if (unit === null) return
    const known = units.get(unit)
    if (known) {
      variable.addReference({ referenceType: 'HasProperty', nodeId: known.nodeId })
      return
    }
    const value = new EUInformation({
      namespaceUri: 'http://unitsofmeasure.org',
      unitId: -1,
      displayName: { text: unit },
    })
    units.set(unit, addProperty(own, variable, `Unit/${unit}`, 'EngineeringUnits', value))
  }
}

function addProperty(
  own: Namespace,
  variable: UAVariable,
  id: string,
  browseName: string,
  value: EUInformation | Range,
): UAVariable {
  return own.addVariable({
    propertyOf: variable,
    // Of our own namespace: none of the CDB's node ids can be in its way.
    nodeId: new NodeId(NodeIdType.STRING, id, own.index),
    browseName: { name: browseName, namespaceIndex: 0 },
    dataType: value instanceof Range ? 'Range' : 'EUInformation',
    accessLevel: 'CurrentRead',
    userAccessLevel: 'CurrentRead',
    value: new Variant({ dataType: DataType.ExtensionObject, value }),
  })
}

/**
 * Lets every reading of the node compute its value: of plain reads, of browsing clients, and the
 * first value of a monitored item. (node-opcua's own getters cost a promise per read and refuse a
 * value whose type is not the node's, which the fault `type-change` needs.)
 */
function makeReadable(variable: UAVariable, served: ServedPoint, now: () => number): void {
  const readValue: UAVariable['readValue'] = (_context, indexRange) => {
    const { serverMs, ...made } = served.now(now())
    const dataValue = dataValueOf(made, serverMs)
    return indexRange ? extractRange(dataValue, indexRange) : dataValue
  }
  Object.defineProperty(variable, 'readValue', { value: readValue })
}

export const isValue = (attributeId: number | undefined): boolean =>
  attributeId === AttributeIds.Value
