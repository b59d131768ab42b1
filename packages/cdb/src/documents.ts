import { createHash } from 'node:crypto'
import type { CdbDocument, CdbVersion, Micros } from '@mla/model'
import type { Problem } from './cdb.ts'
import type { CdbFile } from './read-files.ts'
import { isFileKind } from './shape.ts'

/** A configuration as the topic `mla.cdb` carries it: its files' documents, then the head. */
export interface KeyedDocument {
  readonly key: string
  readonly record: CdbDocument
}

/** A file by its path in the folder. */
export interface CdbText {
  readonly path: string
  readonly text: string
}

export const headKey = 'head'
/** The versions that are kept; older ones can no longer be rolled back to. */
export const keptVersions = 50
/** Characters of a part: at most three bytes each, a message stays below 1 MB. */
const partLength = 250_000

const keyOf = (version: string, path: string, part: number): string =>
  `${version}/${path}${part === 0 ? '' : `#${part}`}`

const partsOf = (text: string): readonly string[] => {
  const parts = Math.max(1, Math.ceil(text.length / partLength))
  return Array.from({ length: parts }, (_, i) => text.slice(i * partLength, (i + 1) * partLength))
}

/** The same files have the same hash. */
export function hashOf(files: readonly CdbText[]): string {
  const hash = createHash('sha256')
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(JSON.stringify([path, text]))
  }
  return hash.digest('hex').slice(0, 12)
}

/** The documents of a new version behind those that there are: files first, the head last. */
export function documentsOf(
  files: readonly CdbText[],
  said: { readonly by: string; readonly why: string; readonly time: Micros },
  before: readonly CdbVersion[],
): readonly KeyedDocument[] {
  const number = (before[0]?.number ?? 0) + 1
  const hash = hashOf(files)
  // Two that publish at once must not share keys.
  const version = `${number}-${hash}-${said.time.toString(36)}`
  const parts = files.flatMap(({ path, text }) =>
    partsOf(text).map((part, i) => ({
      key: keyOf(version, path, i),
      record: { file: { version, path, part: i, text: part }, head: null },
    })),
  )
  const entries = files.map(({ path, text }) => ({ path, parts: partsOf(text).length }))
  const head = [{ number, version, hash, ...said, files: entries }, ...before]
  const forgotten = head
    .slice(keptVersions)
    .flatMap((old) => keysOf(old).map((key) => ({ key, record: { file: null, head: null } })))
  const kept = { file: null, head: head.slice(0, keptVersions) }
  return [...parts, { key: headKey, record: kept }, ...forgotten]
}

const keysOf = ({ version, files }: CdbVersion): readonly string[] =>
  files.flatMap(({ path, parts }) =>
    Array.from({ length: parts }, (_, part) => keyOf(version, path, part)),
  )

/** What the topic holds, document by document. */
export interface CdbLog {
  take(key: string | null, document: CdbDocument): void
  /** The versions that are kept, the one in force first. */
  readonly versions: readonly CdbVersion[]
  /** The heads as they came, the newest last; older ones may be compacted away. */
  readonly heads: readonly (readonly CdbVersion[])[]
  /** The files of a version; null where it is not complete. */
  filesOf(version: CdbVersion): readonly CdbText[] | null
}

export function createCdbLog(): CdbLog {
  const texts = new Map<string, string>()
  const heads: (readonly CdbVersion[])[] = []
  return {
    take(key, { file, head }) {
      if (key === null) return
      if (head !== null) heads.push(head)
      else if (file !== null) texts.set(key, file.text)
      else texts.delete(key)
    },
    heads,
    get versions() {
      return heads.at(-1) ?? []
    },
    filesOf({ version, files }) {
      const found: CdbText[] = []
      for (const { path, parts } of files) {
        let text = ''
        for (let part = 0; part < parts; part++) {
          const one = texts.get(keyOf(version, path, part))
          if (one === undefined) return null
          text += one
        }
        found.push({ path, text })
      }
      return found
    },
  }
}

/** Files as `buildCdb` reads them; what is of no kind that this version knows is a problem. */
export function cdbFilesOf(files: readonly CdbText[]): {
  readonly files: readonly CdbFile[]
  readonly problems: readonly Problem[]
} {
  const known: CdbFile[] = []
  const problems: Problem[] = []
  for (const { path, text } of files) {
    const [top = '', ...rest] = path.replace(/\.[^./]+$/, '').split('/')
    if (isFileKind(top)) known.push({ file: path, kind: top, name: rest.join('/') || top, text })
    else {
      const message = `this version of the software knows no kind of configuration "${top}"`
      problems.push({
        file: path,
        path: '',
        line: null,
        message,
        cure: 'bring the software up to date',
      })
    }
  }
  return { files: known, problems }
}
