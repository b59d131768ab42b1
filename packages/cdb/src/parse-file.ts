import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'
import type { Path, Place, Problems } from './problems.ts'

/** What a file says, as plain data, and where in the text it says it. */
export interface ParsedFile {
  readonly file: string
  readonly data: unknown
  lineOf(path: Path): number | null
}

const deepest = 40

/**
 * Reads YAML 1.2 or JSON (which is YAML). Aliases, tags and merge keys are refused: what they
 * are for, templates and defaults do, and no text can grow then. Null where it cannot be read.
 */
export function parseFile(file: string, text: string, problems: Problems): ParsedFile | null {
  const place: Place = { file, path: [] }
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      lineCounter: lines,
      // The library's own check compares every key with every other one.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    })
    for (const error of document.errors.slice(0, 20)) {
      const { line, col } = lines.linePos(error.pos[0])
      const message = error.message.replace(/\s+/g, ' ').slice(0, 200)
      problems.add(
        { ...place, line },
        `not readable at column ${col}: ${message}`,
        'write YAML 1.2 or JSON; a name or text that begins with a brace needs quotes',
      )
    }
    if (document.errors.length > 0) return null
    const root = document.contents
    const data = root === null ? {} : plain(root, { file, problems, lines, depth: 0 }, [])
    return { file, data, lineOf: (path) => lineOf(root, path, lines) }
  } catch (error) {
    // The parser calls itself for each level: a text of brackets alone ends its stack.
    if (!(error instanceof RangeError)) throw error
    problems.add(place, 'nested too deeply to be read', `use at most ${deepest} levels`)
    return null
  }
}

interface Walk {
  readonly file: string
  readonly problems: Problems
  readonly lines: LineCounter
  readonly depth: number
}

function plain(node: unknown, walk: Walk, path: Path): unknown {
  const refuse = (message: string, cure: string): undefined => {
    walk.problems.add({ file: walk.file, path }, message, cure)
    return undefined
  }
  if (walk.depth > deepest) return refuse('nested too deeply', `use at most ${deepest} levels`)
  if (node === null) return null
  if (!isNode(node)) return refuse('not readable here', 'write a map, a list or a value')
  if (isAlias(node)) {
    return refuse('an alias (*name) is not allowed', 'write the value out, or use a template')
  }
  if (node.anchor !== undefined) {
    return refuse('an anchor (&name) is not allowed', 'remove it; use a template or defaults')
  }
  if (node.tag?.startsWith('!')) {
    return refuse(`the tag ${node.tag.slice(0, 40)} is not allowed`, 'remove it')
  }
  const deeper = { ...walk, depth: walk.depth + 1 }
  if (isSeq(node)) return node.items.map((item, i) => plain(item, deeper, [...path, i]))
  if (isMap(node)) return plainMap(node, deeper, path)
  if (!isScalar(node)) return refuse('not readable here', 'write a map, a list or a value')
  const { value } = node
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    if (/^[-+]?\d+$/.test(node.source ?? '')) {
      return refuse(
        'an integer beyond 2^53 would lose digits',
        `write it as text: "${node.source}"`,
      )
    }
  }
  return value
}

function plainMap(
  node: Extract<Node, { items: unknown[] }>,
  walk: Walk,
  path: Path,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  const { file, problems, lines } = walk
  const keyLines = new Map<string, number>()
  for (const pair of node.items) {
    if (!isPair(pair)) continue
    const key = isScalar(pair.key) ? String(pair.key.value) : null
    if (key === null || key === '__proto__' || key === '<<') {
      const bad = key === null ? 'a key that is not a text' : `the key "${key}"`
      problems.add({ file, path }, `${bad} is not allowed`, 'write a name; braces need quotes')
      continue
    }
    const line = isNode(pair.key) ? lines.linePos(pair.key.range?.[0] ?? 0).line : 0
    const first = keyLines.get(key)
    if (first !== undefined) {
      const message = `the key "${key}" is written twice, at lines ${first} and ${line}`
      problems.add({ file, path: [...path, key] }, message, 'remove or rename one of them')
      continue
    }
    keyLines.set(key, line)
    result[key] = plain(pair.value, walk, [...path, key])
  }
  return result
}

const isPair = (item: unknown): item is { key: unknown; value: unknown } =>
  typeof item === 'object' && item !== null && 'key' in item

function lineOf(root: unknown, path: Path, lines: LineCounter): number | null {
  let node = root
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      if (!pair) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else break
  }
  return path.length === 0 ? null : lines.linePos(offset).line
}
