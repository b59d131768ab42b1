import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { MlaError } from '@mla/model'
import type { Entry } from './entry.ts'
import { leastRank, type Shed, without } from './shed.ts'
import { encodeGroup, readGroup, writeWhole } from './spool-file.ts'

export interface SpoolSettings {
  readonly folder: string
  readonly maxBytes: number
}

export interface SpoolEvents {
  /** Records that made room, the least important first. */
  shed(shed: Shed): void
  /** A file that cannot be read is set aside. */
  damaged(file: string, bytes: number): void
}

/**
 * A queue of groups of entries on disk, first in, first out, that outlives the process. A group
 * is a file, and safe when `append` resolves. The one that `peek` gave stays the oldest until
 * `consume`; what a killed process had not consumed comes again. At the bound, records of the
 * least priority are taken out of the oldest groups, then of the next priority, so that what is
 * important stays longest. `append` throws SPOOL_FAILED and leaves the queue as it was.
 */
export interface Spool {
  append(group: readonly Entry[]): Promise<void>
  peek(): Promise<readonly Entry[] | null>
  consume(): Promise<void>
  readonly isEmpty: boolean
  readonly bytes: number
  readonly files: number
}

interface GroupFile {
  readonly path: string
  size: number
  /** It has no records below this rank. */
  floor: number
}

export async function openSpool(settings: SpoolSettings, events: SpoolEvents): Promise<Spool> {
  const { folder, maxBytes } = settings
  await mkdir(folder, { recursive: true }).catch(() => undefined)
  const files = await leftoverIn(folder)
  let nextNumber = Number(files.at(-1)?.path.match(/(\d+)\.group$/)?.[1] ?? 0) + 1
  let head: readonly Entry[] | null = null
  let bytes = files.reduce((sum, { size }) => sum + size, 0)
  let tail: Promise<unknown> = Promise.resolve()

  /** One thing at a time, in the order asked. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work)
    tail = result.catch(() => undefined)
    return result
  }

  async function append(group: readonly Entry[]): Promise<void> {
    try {
      const content = await fitted(group)
      if (content === null) return
      await writeNew(content).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC' || !(await makeRoom())) throw error
        await writeNew(content)
      })
    } catch (cause) {
      const problem = `the spool in ${folder} cannot be written: ${String(cause)}`
      throw new MlaError('SPOOL_FAILED', problem, { cause, details: { folder } })
    }
  }
  /** A group encoded, with room made for it; less of it where that is not enough; null for none. */
  async function fitted(group: readonly Entry[]): Promise<Buffer | null> {
    const shed: Shed = new Map()
    let rest = group
    while (rest.length > 0) {
      const content = await encodeGroup(rest)
      while (bytes + content.length > maxBytes && (await makeRoom())) {}
      if (bytes + content.length <= maxBytes) {
        if (shed.size > 0) events.shed(shed)
        return content
      }
      const rank = leastRank(rest)
      rest = rank > 8 ? [] : rest.flatMap((entry) => without(entry, rank, shed) ?? [])
    }
    events.shed(shed)
    return null
  }
  async function writeNew(content: Buffer): Promise<void> {
    await mkdir(folder, { recursive: true })
    const path = join(folder, `${String(nextNumber).padStart(12, '0')}.group`)
    await writeWhole(path, content)
    nextNumber++
    files.push({ path, size: content.length, floor: 0 })
    bytes += content.length
  }

  /** Takes the least important records out of one file; false where no file has any. */
  async function makeRoom(): Promise<boolean> {
    // The oldest file may be on its way just now.
    const candidates = head === null ? files : files.slice(1)
    const [first] = candidates
    if (first === undefined) return false
    const file = candidates.reduce((least, one) => (one.floor < least.floor ? one : least), first)
    const group = await readSafely(file)
    if (group === null) return true
    const shed: Shed = new Map()
    const rank = Math.max(file.floor, leastRank(group))
    const rest = group.flatMap((entry) => without(entry, rank, shed) ?? [])
    if (rest.length === 0) await remove(file)
    else {
      const content = await encodeGroup(rest)
      // On a full disk the room for the new content is made first, at the risk of a crash between.
      await writeWhole(file.path, content).catch(async () => {
        await unlink(file.path)
        await writeWhole(file.path, content)
      })
      bytes += content.length - file.size
      file.size = content.length
      file.floor = rank + 1
    }
    events.shed(shed)
    return true
  }

  /** A group, or null where it cannot be read; then it is set aside. */
  async function readSafely(file: GroupFile): Promise<Entry[] | null> {
    const group = await readGroup(file.path).catch(() => null)
    if (group !== null) return group
    events.damaged(file.path, file.size)
    await rename(file.path, `${file.path}.unreadable`).catch(() => undefined)
    forget(file)
    return null
  }

  async function remove(file: GroupFile): Promise<void> {
    await unlink(file.path).catch(() => undefined)
    forget(file)
  }
  function forget(file: GroupFile): void {
    files.splice(files.indexOf(file), 1)
    bytes -= file.size
  }

  async function peek(): Promise<readonly Entry[] | null> {
    while (head === null) {
      const [file] = files
      if (file === undefined) return null
      head = await readSafely(file)
    }
    return head
  }

  async function consume(): Promise<void> {
    const [file] = files
    if (head !== null && file !== undefined) await remove(file)
    head = null
  }

  return {
    append: (group) => inTurn(() => append(group)),
    peek: () => inTurn(peek),
    consume: () => inTurn(consume),
    get isEmpty() {
      return files.length === 0
    },
    get bytes() {
      return bytes
    },
    get files() {
      return files.length
    },
  }
}

async function leftoverIn(folder: string): Promise<GroupFile[]> {
  const names = await readdir(folder).catch(() => [])
  const found: GroupFile[] = []
  for (const name of names.sort()) {
    if (!/^\d{12}\.group$/.test(name)) continue
    const path = join(folder, name)
    found.push({ path, size: (await stat(path)).size, floor: 0 })
  }
  return found
}
