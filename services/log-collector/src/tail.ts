import { createHash } from 'node:crypto'
import { type FileHandle, glob, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MlaError } from '@mla/model'
import type { Entry } from './entry.ts'
import type { ListenerParts } from './listener.ts'
import type { FileStates, Positions } from './positions.ts'
import { beginning, isSame, TrackedFile } from './tracked-file.ts'

const mostFiles = 2_000
/** A file that was renamed or removed may still be written to for so long. */
const goneMs = 60_000
/** How long a stop waits for the batch that is on its way. */
const endWithinMs = 2_000

export interface TailParts extends Pick<ListenerParts, 'source' | 'recipe' | 'intake' | 'now'> {
  readonly collector: string
  readonly host: string
  readonly positions: Positions
  readonly pollMs: number
  readonly put: (entry: Entry) => void
  readonly failed: (error: unknown) => void
}

export interface Tail extends AsyncDisposable {
  readonly files: number
}

/**
 * Follows the files that a source's patterns name: new ones from their begin, renamed ones by their
 * inode to their end, truncated ones from the begin again. It looks at them instead of asking for
 * events, which do not come from network file systems and from folders mounted into containers.
 */
export function openTail(parts: TailParts): Tail {
  const { source, intake, positions, pollMs, now, failed } = parts
  const stop = new AbortController()
  const ending = Promise.withResolvers<false>()
  const isFirst = positions.of(source.id) === null
  const states: FileStates = positions.of(source.id) ?? positions.begin(source.id)
  const tracked = new Map<string, TrackedFile>()
  const reading = new Set<Promise<void>>()
  const busy = new Set<string>()
  /** What earlier looks did not find any more. */
  const gone = new Map<string, number>()
  let looks = 0

  async function look(): Promise<void> {
    const present = await findFiles()
    if (looks === 0) await findRenamed(present)
    for (const [key, path] of present) {
      const file = tracked.get(key)
      if (file) file.state.path = path
      else if (tracked.size >= mostFiles) intake.tally.problem('too many files')
      else await track(key, path)
      gone.delete(key)
    }
    for (const key of tracked.keys()) if (!present.has(key)) gone.set(key, (gone.get(key) ?? 0) + 1)
    for (const [key, file] of tracked) {
      if (!busy.has(key)) start(key, file)
    }
    looks++
    await positions.save()
  }

  /** The files that are there now, by device and inode. */
  async function findFiles(): Promise<Map<string, string>> {
    const { include = [], exclude = [] } = source.files ?? {}
    const found = new Map<string, string>()
    for await (const path of glob([...include], { exclude: [...exclude] })) {
      const state = await stat(path).catch(() => null)
      if (state?.isFile()) found.set(`${state.dev}:${state.ino}`, path)
    }
    return found
  }

  /** Files that were renamed while nobody looked are read to their end, wherever they are in their folder. */
  async function findRenamed(present: Map<string, string>): Promise<void> {
    for (const [key, { path }] of [...states]) {
      if (present.has(key)) continue
      const folder = dirname(path)
      let isFound = false
      for (const name of await readdir(folder).catch(() => [])) {
        const state = await stat(join(folder, name)).catch(() => null)
        if (!state?.isFile() || `${state.dev}:${state.ino}` !== key) continue
        await track(key, join(folder, name))
        isFound = true
      }
      if (!isFound) states.delete(key)
    }
  }

  async function track(key: string, path: string): Promise<void> {
    const handle = await open(path, 'r').catch((error: unknown) => {
      intake.tally.problem('file not readable')
      failed(new MlaError('SOURCE_UNAVAILABLE', `${path} cannot be read`, { cause: error }))
      return null
    })
    if (handle === null) return
    const known = states.get(key)
    const state = known && (await isSame(handle, known)) ? known : beginning(path, now())
    state.path = path
    if (isFirst && looks === 0 && source.files?.startAt === 'end') {
      state.offset = await endOf(handle)
    }
    states.set(key, state)
    tracked.set(
      key,
      new TrackedFile(handle, state, {
        ...parts,
        ...laneOf(key, state.epoch),
        save: positions.save,
        ending: ending.promise,
      }),
    )
  }

  /** A lane for each file, so that its batches can be made again as they were. */
  function laneOf(key: string, epoch: number): { lane: string; partition: number } {
    const hash = createHash('sha256').update(`${key} ${epoch}`).digest()
    const { lanes } = source
    return {
      lane: `${source.id}.file.${hash.toString('hex', 0, 6)}`,
      partition: lanes[hash.readUInt16LE(6) % lanes.length] ?? 0,
    }
  }

  function start(key: string, file: TrackedFile): void {
    const isLast = (gone.get(key) ?? 0) * pollMs >= goneMs
    busy.add(key)
    const work = file
      .readOn(isLast, () => stop.signal.aborted)
      .then(async () => {
        if (isLast && !stop.signal.aborted) await forget(key, file)
      })
      .catch((error: unknown) => {
        intake.tally.problem('file not readable')
        failed(
          new MlaError('SOURCE_UNAVAILABLE', `${file.state.path} cannot be read`, { cause: error }),
        )
      })
      .finally(() => {
        busy.delete(key)
        reading.delete(work)
      })
    reading.add(work)
  }
  async function forget(key: string, file: TrackedFile): Promise<void> {
    tracked.delete(key)
    states.delete(key)
    gone.delete(key)
    await file.handle.close()
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await look().catch(failed)
      await delay(pollMs, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
  const running = run()

  return {
    get files() {
      return tracked.size
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      const patience = setTimeout(() => ending.resolve(false), endWithinMs)
      await running
      await Promise.all(reading)
      clearTimeout(patience)
      await positions.save().catch(failed)
      for (const { handle } of tracked.values()) await handle.close()
      tracked.clear()
    },
  }
}

/** Behind the last whole line: what is being written is still to come. */
async function endOf(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat()
  const from = Math.max(0, size - 65_536)
  const bytes = Buffer.alloc(size - from)
  await handle.read(bytes, 0, bytes.length, from)
  const newline = bytes.lastIndexOf(10)
  return newline < 0 ? from : from + newline + 1
}
