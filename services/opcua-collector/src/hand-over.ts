import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HandOver } from '@mla/opcua'
import { z } from 'zod'
import type { Report } from './report.ts'

/**
 * How long a server's queues have room for while nobody fetches, in values of one point: what comes
 * in the seconds of `MLA_HAND_OVER_SECONDS`, and no more than `mostQueued`. A server of 20,000
 * points at 1 Hz then holds 1.2 million values at worst, some 20 to 200 MB by its make; one that
 * has less room revises the size, which is told.
 */
export const queueSizeFor = (intervalMs: number, handOverMs: number): number =>
  Math.min(Math.ceil(handOverMs / intervalMs), mostQueued)

const mostQueued = 600

/** The subscriptions of a source and the connection they are of (`connectionMark`). */
export interface KeptHandOver {
  readonly connection: string
  readonly handOver: HandOver
}

/** What the next collector needs to take over the subscriptions of this one; a file for each source. */
export interface HandOvers {
  /** What the collector before left; null where it left nothing that is of use. */
  of(source: string, connection: string): HandOver | null
  /** Writes in the background, one at a time, what `current` answers then. */
  changed(source: string, current: () => KeptHandOver): void
  /** Resolves when everything is written. */
  settled(): Promise<void>
}

const itemFormat = z.object({
  clientHandle: z.number().int(),
  monitoredItemId: z.number().int(),
  node: z.object({
    key: z.string(),
    nodeId: z.string(),
    samplingIntervalMs: z.number(),
    queueSize: z.number().int(),
    deadband: z.object({ kind: z.enum(['absolute', 'percent']), value: z.number() }).nullable(),
  }),
})

const fileFormat = z.object({
  source: z.string(),
  connection: z.string(),
  handOver: z.object({
    serverStart: z.number().nullable(),
    namespaces: z.array(z.string()),
    subscriptions: z.array(
      z.object({
        id: z.number().int(),
        samplingIntervalMs: z.number(),
        keepAliveMs: z.number(),
        items: z.array(itemFormat),
      }),
    ),
  }),
})

export async function openHandOvers(
  folder: string,
  report: Pick<Report, 'handOverFailed'>,
): Promise<HandOvers> {
  const left = new Map<string, KeptHandOver>()
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (!name.endsWith('.json')) continue
    try {
      const text = await readFile(join(folder, name), 'utf8')
      const { source, ...kept } = fileFormat.parse(JSON.parse(text))
      left.set(source, kept)
    } catch (error) {
      report.handOverFailed(error)
    }
  }
  const due = new Map<string, () => KeptHandOver>()
  let writing: Promise<void> | null = null

  async function write(): Promise<void> {
    for (const [source, current] of due) {
      due.delete(source)
      // A source's name may have a slash in it.
      const path = join(folder, `${encodeURIComponent(source)}.json`)
      try {
        await mkdir(folder, { recursive: true })
        await writeFile(`${path}.next`, `${JSON.stringify({ source, ...current() })}\n`)
        await rename(`${path}.next`, path)
      } catch (error) {
        report.handOverFailed(error)
      }
    }
    writing = null
  }

  return {
    of(source, connection) {
      const kept = left.get(source)
      return kept?.connection === connection ? kept.handOver : null
    },
    changed(source, current) {
      due.set(source, current)
      writing ??= Promise.resolve().then(write)
    },
    async settled() {
      while (writing !== null) await writing
    },
  }
}
