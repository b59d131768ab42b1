import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { MlaError } from '@mla/model'
import type { Entry } from './entry.ts'
import { createShedding } from './gap-markers.ts'
import { readFrom, type SpoolFile, writeBehind } from './spool-file.ts'
import { encodeFrame } from './spool-frame.ts'

export interface SpoolSettings {
  readonly folder: string
  /** At this many bytes on disk the oldest samples make room for the newest. */
  readonly maxBytes: number
  /** A file that has reached this size is followed by a new one. */
  readonly fileBytes: number
}

export interface SpoolEvents {
  /** Samples that made room for newer ones; gap markers stand in their place. */
  shed(samples: number): void
  /** Bytes that could not be read back: a damaged frame. */
  damaged(file: string, bytes: number): void
}

/**
 * A queue of groups of entries on disk, first in, first out, that outlives the process.
 *
 * A group is safe when `append` resolves (fdatasync). The one `peek` gave stays the oldest until
 * `consume`; what a killed process had not consumed comes again. A frame torn by a kill was never
 * acknowledged and is passed over; a damaged one is skipped and told. At the bound the oldest
 * samples go, all but those of the oldest file, which may be on their way just now; gap markers
 * take their place. `append` throws SPOOL_FAILED and leaves the queue as it was.
 */
export interface Spool {
  append(group: readonly Entry[]): Promise<void>
  /** The oldest group, or null where there is none. Throws SPOOL_FAILED. */
  peek(): Promise<readonly Entry[] | null>
  /** Removes the oldest group. */
  consume(): Promise<void>
  readonly isEmpty: boolean
  readonly bytes: number
  readonly files: number
}

/** A file that cannot be read this many times in a row is set aside. */
const patience = 10

export async function openSpool(settings: SpoolSettings, events: SpoolEvents): Promise<Spool> {
  const { folder, maxBytes, fileBytes } = settings
  const files = await leftoverIn(folder)
  let nextNumber = (files.at(-1)?.number ?? 0) + 1
  /** The newest file, while it may still grow. Those of an earlier life are never written to. */
  let growing: SpoolFile | null = null
  let head: { readonly group: readonly Entry[]; readonly end: number } | null = null
  let tail: Promise<unknown> = Promise.resolve()
  let failedReads = 0

  /** One thing at a time, in the order asked. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work)
    tail = result.catch(() => undefined)
    return result
  }

  const bytesOnDisk = (): number => files.reduce((sum, file) => sum + file.size, 0)

  async function removeFile(file: SpoolFile): Promise<void> {
    files.splice(files.indexOf(file), 1)
    if (file === growing) growing = null
    await unlink(file.path).catch(() => undefined)
  }

  async function append(group: readonly Entry[]): Promise<void> {
    const frame = encodeFrame(group)
    try {
      await mkdir(folder, { recursive: true })
      while (bytesOnDisk() + frame.length > maxBytes && (await shedOldest())) {}
      if (growing === null || growing.size >= fileBytes) {
        const number = nextNumber++
        growing = {
          number,
          path: join(folder, nameOf(number, 'spool')),
          kind: 'spool',
          size: 0,
          read: 0,
        }
        files.push(growing)
      }
      await writeBehind(growing, frame)
    } catch (cause) {
      const empty = growing?.size === 0 ? growing : null
      if (empty !== null) await removeFile(empty)
      throw new MlaError(
        'SPOOL_FAILED',
        `the spool in ${folder} cannot be written: ${String(cause)}`,
        {
          cause,
          details: { folder },
        },
      )
    }
  }

  /** Puts gap markers in the place of the oldest file but the first; false where there is none. */
  async function shedOldest(): Promise<boolean> {
    const first = files[1]
    const last = first?.kind === 'gaps' ? files[2] : first
    if (first === undefined || last === undefined || last.kind === 'gaps') return false
    if (last === growing) growing = null
    const victims = first === last ? [first] : [first, last]
    const shedding = createShedding()
    for (const file of victims) {
      for (
        let found = await readFrom(file, 0);
        found !== null;
        found = await readFrom(file, found.end)
      ) {
        if (found.damagedBytes > 0) events.damaged(file.path, found.damagedBytes)
        for (const entry of found.group) shedding.add(entry)
      }
    }
    // On a full disk the room for the markers is made first.
    const index = files.indexOf(first)
    for (const file of victims) await removeFile(file)
    events.shed(shedding.lost)
    const markers: SpoolFile = {
      number: last.number,
      path: join(folder, nameOf(last.number, 'gaps')),
      kind: 'gaps',
      size: 0,
      read: 0,
    }
    await writeBehind(markers, encodeFrame(shedding.markers()))
    files.splice(index, 0, markers)
    return true
  }

  async function peek(): Promise<readonly Entry[] | null> {
    while (head === null) {
      const file = files[0]
      if (file === undefined) return null
      let found: Awaited<ReturnType<typeof readFrom>>
      try {
        found = await readFrom(file, file.read)
        failedReads = 0
      } catch (cause) {
        if (++failedReads >= patience) await setAside(file)
        throw new MlaError('SPOOL_FAILED', `${file.path} cannot be read: ${String(cause)}`, {
          cause,
        })
      }
      if (found === null) {
        await removeFile(file)
        continue
      }
      if (found.damagedBytes > 0) events.damaged(file.path, found.damagedBytes)
      if (found.group.length > 0) head = { group: found.group, end: found.end }
      else file.read = found.end
    }
    return head.group
  }

  async function setAside(file: SpoolFile): Promise<void> {
    failedReads = 0
    events.damaged(file.path, file.size - file.read)
    await rename(file.path, `${file.path}.unreadable`).catch(() => undefined)
    await removeFile(file)
  }

  async function consume(): Promise<void> {
    if ((await peek()) === null || head === null) return
    const file = files[0]
    if (file !== undefined) {
      file.read = head.end
      if (file.read >= file.size) await removeFile(file)
    }
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
      return bytesOnDisk()
    },
    get files() {
      return files.length
    },
  }
}

const nameOf = (number: number, kind: SpoolFile['kind']): string =>
  `${String(number).padStart(12, '0')}.${kind}`

/** What an earlier life left, oldest first. A folder that is not there, or not readable, has none. */
async function leftoverIn(folder: string): Promise<SpoolFile[]> {
  const names = await readdir(folder).catch(() => [])
  const files: SpoolFile[] = []
  for (const name of names) {
    const match = /^(\d{12})\.(spool|gaps)$/.exec(name)
    if (match === null) continue
    const path = join(folder, name)
    const { size } = await stat(path)
    const kind = match[2] === 'gaps' ? 'gaps' : 'spool'
    files.push({ number: Number(match[1]), path, kind, size, read: 0 })
  }
  return files.sort((a, b) => a.number - b.number || (a.kind === 'gaps' ? -1 : 1))
}
