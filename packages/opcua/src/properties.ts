import { AttributeIds, type DataValue, type NodeId } from 'node-opcua-client'
import type { OperationLimits } from './limits.ts'
import { inPortions } from './portions.ts'
import type { RawSession } from './raw-session.ts'
import { readMany } from './read-many.ts'
import { referencesOf, referenceTypes } from './references.ts'
import { carry } from './values.ts'

/** What the properties of a variable, and of its data type, tell about it. */
export interface Description {
  readonly unit: string | null
  readonly enumeration: ReadonlyMap<number, string> | null
}

const told = ['EngineeringUnits', 'EnumStrings', 'EnumValues'] as const
type Properties = Partial<Record<(typeof told)[number], DataValue>>

/** Describes variables; data types are asked once for all, and remembered in `dataTypes`. */
export async function describeMany(
  session: RawSession,
  nodeIds: readonly NodeId[],
  limits: OperationLimits,
  dataTypes: Map<string, Description>,
): Promise<Description[]> {
  const asked = nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.DataType }))
  const typeIds = (await readMany(session, asked, limits.reads)).map(
    ({ value }) => value.value as NodeId | null,
  )
  const unknown = new Map<string, NodeId>()
  for (const id of typeIds) {
    if (id && !isBuiltIn(id) && !dataTypes.has(id.toString())) unknown.set(id.toString(), id)
  }
  const properties = await propertiesOf(session, [...nodeIds, ...unknown.values()], limits)
  const described = properties.map(describe)
  for (const [i, key] of [...unknown.keys()].entries()) {
    const description = described[nodeIds.length + i]
    if (description) dataTypes.set(key, description)
  }
  return nodeIds.map((_, i) => {
    const { unit = null, enumeration = null } = described[i] ?? {}
    const ofType = dataTypes.get(typeIds[i]?.toString() ?? '')
    return { unit, enumeration: enumeration ?? ofType?.enumeration ?? null }
  })
}

/** The types below 26 in the base namespace are encodings; they have no names for their values. */
const isBuiltIn = ({ namespace, value }: NodeId): boolean =>
  namespace === 0 && typeof value === 'number' && value < 26

async function propertiesOf(
  session: RawSession,
  nodeIds: readonly NodeId[],
  limits: OperationLimits,
): Promise<Properties[]> {
  const owners: { readonly owner: number; readonly name: (typeof told)[number] }[] = []
  const asked: { readonly nodeId: NodeId; readonly attributeId: AttributeIds }[] = []
  let first = 0
  await inPortions(nodeIds, limits.browses, async (part) => {
    const references = await referencesOf(session, part, referenceTypes.property)
    for (const [i, properties] of references.entries()) {
      for (const { nodeId, browseName } of properties) {
        const name = told.find((one) => one === browseName.name)
        if (name === undefined) continue
        owners.push({ owner: first + i, name })
        asked.push({ nodeId, attributeId: AttributeIds.Value })
      }
    }
    first += part.length
  })
  const values = await readMany(session, asked, limits.reads)
  const all: Properties[] = nodeIds.map(() => ({}))
  for (const [i, { owner, name }] of owners.entries()) {
    const [properties, value] = [all[owner], values[i]]
    if (properties && value) properties[name] = value
  }
  return all
}

interface Text {
  readonly text?: string | null
}

function describe({ EngineeringUnits, EnumStrings, EnumValues }: Properties): Description {
  const unit = EngineeringUnits?.value.value as { readonly displayName?: Text } | null | undefined
  return {
    unit: unit?.displayName?.text ?? null,
    enumeration: enumValues(EnumValues) ?? enumStrings(EnumStrings),
  }
}

/** EnumStrings: the names of 0, 1, 2, … (OPC 10000-3, 5.8.3). */
function enumStrings(property: DataValue | undefined): ReadonlyMap<number, string> | null {
  const names = property && carry(property.value).value
  if (!Array.isArray(names) || names.length === 0) return null
  return new Map(names.map((name, i) => [i, String(name ?? '')]))
}

/** EnumValues: names of any numbers. */
function enumValues(property: DataValue | undefined): ReadonlyMap<number, string> | null {
  const items = property?.value.value as
    | readonly { readonly value: readonly [number, number]; readonly displayName: Text }[]
    | null
    | undefined
  if (!Array.isArray(items) || items.length === 0) return null
  // Enumerations are Int32 on the wire, and 64 bits in this list.
  return new Map(items.map(({ value, displayName }) => [value[1] | 0, displayName.text ?? '']))
}
