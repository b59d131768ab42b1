import type { Archive } from '@mla/archive'

export interface Archived {
  readonly archived: number
  readonly missing: number
  readonly doubled: number
  /** Sources of the records that the archive has. */
  readonly sources: number
}

/** Reads all records of the sender out of the archive, and holds every line's number against those that were sent. */
export async function checkArchived(
  archive: Archive,
  sent: readonly number[],
  from: number,
  source = 'hosts',
): Promise<Archived> {
  const seen = sent.map((count) => new Uint8Array(count))
  const sources = new Set<string>()
  let [archived, doubled] = [0, 0]
  const pages = archive.logs.search({
    ...{ from, to: Number.MAX_SAFE_INTEGER, order: 'oldest' as const },
    filter: { sources: [source] },
  })
  for await (const page of pages) {
    for (const { message, source } of page) {
      archived++
      sources.add(source)
      const marks = seen[Number(message.at(-11))]
      const number = Number(message.slice(-9))
      if (marks === undefined) continue
      if (marks[number] === 1) doubled++
      marks[number] = 1
    }
  }
  const missing = seen.reduce((sum, marks) => sum + marks.filter((mark) => mark === 0).length, 0)
  return { archived, missing, doubled, sources: sources.size }
}
