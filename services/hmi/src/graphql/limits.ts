import { MlaError } from '@mla/model'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'

/** Tokens of a document: room for 25,000 ids written out in it. */
export const maxTokens = 100_000
/** Nesting of fields; the introspection query of graphql-js has 13. */
const maxDepth = 16
/** Fields of a document, each fragment counted where it is used. */
const maxFields = 1_000
/** Root fields of an operation: each of them may read the archive. */
const maxRootFields = 50
/** Nesting of anything, values included. */
const maxNesting = 100

interface Size {
  readonly fields: number
  readonly depth: number
}

/**
 * Refuses a document that would take long to validate or to answer, before it is validated:
 * rules of graphql-js are quadratic in its size. Throws QUERY_TOO_LARGE.
 */
export function checkSize(document: DocumentNode): void {
  checkNesting(document)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition)
    }
  }
  const sizes = new Map<string, Size | 'open'>()
  let fields = 0
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) sizeOfFragment(definition.name.value)
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const size = sizeOf(definition.selectionSet)
    fields += size.fields
    refuse('deep', size.depth, maxDepth)
    refuse('root fields', definition.selectionSet.selections.length, maxRootFields)
  }
  refuse('fields', fields, maxFields)

  function sizeOf(set: SelectionSetNode | undefined): Size {
    let count = 0
    let depth = 0
    for (const selection of set?.selections ?? []) {
      const isField = selection.kind === Kind.FIELD
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? sizeOfFragment(selection.name.value)
          : sizeOf(selection.selectionSet)
      count += inner.fields + 1
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0))
    }
    refuse('fields', count, maxFields)
    return { fields: count, depth }
  }

  /** A cycle counts as nothing here: validation names it. */
  function sizeOfFragment(name: string): Size {
    const known = sizes.get(name)
    if (known) return known === 'open' ? { fields: 0, depth: 0 } : known
    sizes.set(name, 'open')
    const size = sizeOf(fragments.get(name)?.selectionSet)
    sizes.set(name, size)
    return size
  }
}

function checkNesting(document: DocumentNode): void {
  let nesting = 0
  visit(document, {
    enter() {
      nesting += 1
      refuse('levels of nesting', nesting, maxNesting)
    },
    leave() {
      nesting -= 1
    },
  })
}

function refuse(what: string, size: number, most: number): void {
  if (size <= most) return
  throw new MlaError('QUERY_TOO_LARGE', `the document has ${size} ${what}; at most ${most} may be`)
}
