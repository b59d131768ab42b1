import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Micros } from '@mla/model'
import { z } from 'zod'
import { writeWhole } from './spool-file.ts'

const fileState = z.object({
  path: z.string(),
  /** What the first bytes are, so that another file with the number of this one is told apart. */
  headBytes: z.number(),
  head: z.string(),
  /** With `sequence` the identity of its batches. */
  epoch: z.number(),
  sequence: z.number(),
  /** Everything before it is on the bus or in the spool. */
  offset: z.number(),
  /** The batch that was being sent goes up to here; null where none was. */
  sendingTo: z.number().nullable(),
})
const stored = z.record(z.string(), z.record(z.string(), fileState))

/** How far a file was read. The key of a file is its device and inode. */
export type FileState = z.output<typeof fileState> & { readonly epoch: Micros }
export type FileStates = Map<string, FileState>

export interface Positions {
  /** The files of a source; null where the source was never seen. */
  of(source: string): FileStates | null
  /** Begins the files of a source. */
  begin(source: string): FileStates
  /** Resolves when everything as it is now is on disk. */
  save(): Promise<void>
}

/** Where files were read to, kept on disk. A store that cannot be read is begun anew, and told. */
export async function openPositions(
  path: string,
  damaged: (path: string) => void,
): Promise<Positions> {
  const sources = new Map<string, FileStates>()
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text !== null) {
    const known = parse(text)
    if (known === null) damaged(path)
    for (const [source, files] of Object.entries(known ?? {})) {
      sources.set(source, new Map(Object.entries(files)))
    }
  }
  let writing: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function write(): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    const plain = [...sources].map(
      ([source, files]) => [source, Object.fromEntries(files)] as const,
    )
    await writeWhole(path, JSON.stringify(Object.fromEntries(plain)))
  }
  async function after(previous: Promise<void>): Promise<void> {
    await previous.catch(() => undefined)
    next = null
    writing = write()
    await writing
  }

  return {
    of: (source) => sources.get(source) ?? null,
    begin(source) {
      const files: FileStates = new Map()
      sources.set(source, files)
      return files
    },
    // Whoever asks while one is written shares the one behind it.
    save() {
      next ??= after(writing ?? Promise.resolve())
      return next
    },
  }
}

function parse(text: string): z.output<typeof stored> | null {
  try {
    return stored.parse(JSON.parse(text))
  } catch {
    return null
  }
}
