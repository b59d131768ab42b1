import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { FoundPoint } from '../point-query.ts'

const fileSchema = z.object({
  /** Below the folder of the manifest. */
  path: z.string(),
  day: z.string(),
  system: z.string(),
  /** Counts the files of a day and system from 0; each has the points behind those of the one before. */
  part: z.number(),
  points: z.number(),
  rows: z.number(),
  bytes: z.number(),
  sha256: z.string(),
})
const manifestSchema = z.object({
  format: z.literal('mla-export-1'),
  kind: z.literal('samples'),
  from: z.string(),
  to: z.string(),
  as: z.enum(['parquet', 'csv']),
  /** As it was typed: who types the same again goes on. */
  asked: z.array(z.string()),
  points: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      unit: z.string().nullable(),
      description: z.string().nullable(),
      /** How often it was to be sampled; 0 where that is not known. */
      intervalMs: z.number(),
    }),
  ),
  /** False until every file is there. */
  complete: z.boolean(),
  files: z.array(fileSchema),
})

/** What an export holds: its range, its points, and a checksum of every file. */
export type Manifest = z.output<typeof manifestSchema>
export type ExportedFile = z.output<typeof fileSchema>
export type ExportedPoint = Manifest['points'][number]

/** What a manifest says of a point that the HMI knows. */
export const exportedPoint = ({ id, type, unit, description, intervalMs }: FoundPoint) => ({
  ...{ id, type, unit, description, intervalMs },
})

const pathIn = (folder: string): string => join(folder, 'manifest.json')

/** Null where there is none. Throws a Failure for one that cannot be read. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = pathIn(folder)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Failure(2, `${path} is not readable: ${error.message}`, '')
  })
  if (text === null) return null
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch {
    throw new Failure(
      2,
      `${path} is no manifest of an export`,
      'name the folder that mla export made',
    )
  }
}

/** Written whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = pathIn(folder)
  await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 1)}\n`)
  await rename(`${path}.part`, path)
}

/** What is wrong with a file of an export; null when it is as it was written. */
export async function faultOf(folder: string, file: ExportedFile): Promise<string | null> {
  const path = join(folder, file.path)
  if (!existsSync(path)) return 'is missing'
  const { checksumOf } = await import('@mla/archive/parquet')
  return (await checksumOf(path)) === file.sha256 ? null : 'is not what was exported'
}
