import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Micros } from '@mla/model'
import { z } from 'zod'

/** How far the values of a source reach. */
export interface SignOfLife {
  /** They are safe up to here. */
  readonly time: Micros
  /** They ended here, and a gap marker says so; else they went on. */
  readonly isMarked: boolean
}

/** By source. */
export type SignsOfLife = ReadonlyMap<string, SignOfLife>

const fileFormat = z.record(z.string(), z.object({ time: z.number().int(), isMarked: z.boolean() }))

/** What the process before this one left; empty where there was none. Throws where it is damaged. */
export async function readSignsOfLife(path: string): Promise<SignsOfLife> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  return new Map(Object.entries(fileFormat.parse(JSON.parse(text))))
}

/** Replaces the file as a whole: a reader finds the old one or the new one. */
export async function writeSignsOfLife(path: string, signs: SignsOfLife): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const next = `${path}.next`
  await writeFile(next, `${JSON.stringify(Object.fromEntries(signs))}\n`)
  await rename(next, path)
}
