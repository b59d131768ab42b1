import { type Stats, statSync } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Problem } from './cdb.ts'
import { suggest } from './nearest.ts'
import type { CdbFile } from './read-files.ts'
import { type FileKind, fileKinds, isFileKind } from './shape.ts'

const mostBytes = 4 * 1024 * 1024
/** IAS has a file for each ASCE: an array with 5,000 alarms has more of them. */
const mostFiles = 50_000
const deepestFolder = 8
const extensions = ['.yaml', '.yml', '.json']
/** Folders of the configuration that others read, or that are no configuration. */
const notOurs = ['schema']

export interface FolderContent {
  readonly files: readonly CdbFile[]
  readonly problems: readonly Problem[]
  /** Changes when a file does: names, sizes, times. */
  readonly stamp: string
}

interface Found {
  readonly file: string
  readonly path: string
  readonly kind: FileKind
  readonly name: string
  readonly size: number
}

/** Reads all files of a folder. What cannot be read is a problem, never an exception. */
export const readFolder = (folder: string): Promise<FolderContent> => readFolderAs(folder, null)

/** As `readFolder`; all is of one kind where one is given. */
export async function readFolderAs(folder: string, as: FileKind | null): Promise<FolderContent> {
  const { found, problems, stamp } = await listFolder(folder, as)
  const files: CdbFile[] = []
  for (const { file, path, kind, name } of found) {
    const text = await readText(path)
    if (typeof text === 'string') files.push({ file, kind, name, text })
    else problems.push({ file, path: '', line: text.line, message: text.message, cure: text.cure })
  }
  return { files, problems, stamp }
}

/** What `readFolder` would read, without reading it. */
export async function listFolder(
  folder: string,
  as: FileKind | null = null,
): Promise<{ found: readonly Found[]; problems: Problem[]; stamp: string }> {
  const found: Found[] = []
  const problems: Problem[] = []
  const stamps: string[] = []
  const problem = (file: string, message: string, cure: string): void => {
    problems.push({ file, path: '', line: null, message, cure })
  }
  let root: string
  try {
    root = await realpath(folder)
    if (!(await stat(root)).isDirectory()) throw new Error('not a folder')
  } catch {
    problem('', `the folder ${folder} is not there`, 'name the configuration folder (MLA_CDB)')
    return { found, problems, stamp: '' }
  }

  const declared = new Map<string, string>()
  const visit = async (parts: readonly string[], kind: FileKind | null): Promise<void> => {
    const entries = await readdir(join(root, ...parts), { withFileTypes: true }).catch(() => null)
    if (entries === null)
      return problem(parts.join('/'), 'the folder is not readable', 'give the right to read it')
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue
      const below = [...parts, entry.name]
      const file = below.join('/')
      const isLink = entry.isSymbolicLink()
      const path = isLink ? await realpath(join(root, file)).catch(() => null) : join(root, file)
      const isFile = extensions.includes(extname(entry.name).toLowerCase())
      if (path === null) {
        if (isFile) problem(file, 'the link leads nowhere', 'remove it, or put the file there')
        continue
      }
      const state = stateOf(path)
      if (state?.isDirectory()) {
        const wanted = kind ?? (parts.length === 0 && isFileKind(entry.name) ? entry.name : null)
        if (as === null && parts.length === 0 && notOurs.includes(entry.name)) continue
        if (wanted === null || !fileKinds[wanted].many) {
          problem(
            file,
            `there is no kind of configuration "${entry.name}"`,
            suggest(entry.name, folders, `the folders are ${folders.join(', ')}`),
          )
        } else if (isLink) {
          problem(file, 'a link to a folder is not followed', 'put the folder itself here')
        } else if (below.length > deepestFolder) {
          problem(file, 'folders are nested too deeply', `use at most ${deepestFolder} levels`)
        } else await visit(below, wanted)
        continue
      }
      if (!isFile) continue
      const stem = entry.name.slice(0, -extname(entry.name).length)
      const ofFile = kind ?? (isFileKind(stem) && !fileKinds[stem].many ? stem : null)
      if (ofFile === null) {
        problem(
          file,
          `there is no kind of configuration "${stem}"`,
          suggest(stem, kinds, `the files are ${kinds.map((one) => `${one}.yaml`).join(', ')}`),
        )
      } else if (relative(root, path).split(sep)[0] === '..') {
        problem(file, 'the link leads out of the folder', 'put the file itself here')
      } else if (!state?.isFile()) {
        problem(file, 'it is not a regular file', 'remove it')
      } else if (state.size > mostBytes) {
        problem(
          file,
          `the file has ${state.size} bytes`,
          `a file has at most ${mostBytes}: split it`,
        )
      } else if (found.length >= mostFiles) {
        return problem(file, `there are more than ${mostFiles} files`, 'put more into each')
      } else {
        const name =
          below
            .slice(as === null ? 1 : 0)
            .join('/')
            .replace(/\.[^.]+$/, '') || stem
        const key = `${ofFile} ${name}`
        const same = declared.get(key)
        if (same) problem(file, `${same} declares the same`, 'keep one of the two files')
        else declared.set(key, file)
        found.push({ file, path, kind: ofFile, name, size: state.size })
        stamps.push(`${file} ${path} ${state.size} ${state.mtimeMs} ${state.ctimeMs} ${state.ino}`)
      }
    }
  }
  await visit([], as)
  if (found.length === 0 && problems.length === 0) {
    problem(
      '',
      `the folder ${folder} holds no configuration`,
      `the files are ${kinds.map((one) => `${one}.yaml`).join(', ')}`,
    )
  }
  return {
    found,
    problems,
    stamp: [...stamps, ...problems.map(({ file, message }) => `${file} ${message}`)].join('\n'),
  }
}

/**
 * On the spot: handed to a thread and back, looking at hundreds of files every other second costs ten
 * times as much, in every service that watches a folder.
 */
function stateOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

const kinds = Object.keys(fileKinds).filter((kind) => isFileKind(kind) && !fileKinds[kind].many)
const folders = Object.keys(fileKinds).filter((kind) => isFileKind(kind) && fileKinds[kind].many)

async function readText(
  path: string,
): Promise<string | { message: string; cure: string; line: number | null }> {
  let bytes: Buffer
  try {
    await using handle = await open(path)
    const { size } = await handle.stat()
    // One byte more than there is or may be: it may have grown.
    const buffer = Buffer.alloc(Math.min(size, mostBytes) + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
      length += bytesRead
      if (bytesRead === 0) break
    }
    bytes = buffer.subarray(0, length)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { message: `not readable: ${reason}`, cure: 'give the right to read it', line: null }
  }
  if (bytes.length > mostBytes) {
    return {
      message: 'the file is too long',
      cure: `a file has at most ${mostBytes} bytes`,
      line: null,
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return {
      message: 'the text is not UTF-8',
      cure: 'save it as UTF-8',
      line: lineOfBadByte(bytes),
    }
  }
}

/** The first line that is not UTF-8 by itself. */
function lineOfBadByte(bytes: Buffer): number | null {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start)
    const stop = end < 0 ? bytes.length : end
    try {
      decoder.decode(bytes.subarray(start, stop))
    } catch {
      return line
    }
    start = stop + 1
  }
  return null
}
