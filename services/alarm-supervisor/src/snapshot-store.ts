import { promisify } from 'node:util'
import { deflateRaw, inflateRawSync } from 'node:zlib'
import { type Bus, mlaState } from '@mla/bus'
import { type Micros, MlaError, type StateDocument } from '@mla/model'
import type { SavedDasu } from './deployment.ts'

/**
 * Snapshots of DASUs on `mla.state`, one a document: `alarm/<supervisor>/<dasu>`, deflated, in
 * base64. A big one is in parts, in two places in turn, so that one that is half written leaves the
 * one before it whole.
 */
const prefix = 'alarm/'
/** A message of mla.state is smaller than 1 MB. */
const partLength = 600_000
const readWithinMs = 30_000
const deflate = promisify(deflateRaw)

interface Part {
  readonly mark: string
  readonly part: number
  readonly parts: number
  readonly time: Micros
  readonly text: string
}

type Documents = readonly { readonly key: string; readonly record: StateDocument }[]

/** The documents of a snapshot. `turn` counts those of this DASU. */
export async function documentsOf(
  saved: SavedDasu,
  { turn, by, now }: { readonly turn: number; readonly by: string; readonly now: Micros },
): Promise<Documents> {
  const text = (await deflate(Buffer.from(JSON.stringify(saved)), { level: 3 })).toString('base64')
  const parts = Math.max(1, Math.ceil(text.length / partLength))
  const mark = `${by} ${now} ${turn}`
  return Array.from({ length: parts }, (_, part) => {
    const key = `${prefix}${saved.supervisor}/${saved.dasu}/${turn % 2}.${part}`
    const slice = text.slice(part * partLength, (part + 1) * partLength)
    const content: Part = { mark, part, parts, time: now, text: slice }
    return { key, record: { key, time: now, by, content: JSON.stringify(content) } }
  })
}

/**
 * The newest whole snapshot of each DASU, by `supervisor/dasu`. Throws BUS_UNAVAILABLE.
 */
export async function readSnapshots(
  bus: Pick<Bus, 'follow'>,
  signal: AbortSignal,
  unreadable: (key: string, error: unknown) => void,
): Promise<ReadonlyMap<string, SavedDasu>> {
  const documents = new Map<string, StateDocument>()
  const patience = AbortSignal.any([signal, AbortSignal.timeout(readWithinMs)])
  for await (const one of bus.follow(mlaState, 0, patience)) {
    if (one.kind === 'caught-up') return assemble(documents, unreadable)
    for (const { record } of one.messages) {
      if (record.key.startsWith(prefix)) documents.set(record.key, record)
    }
  }
  throw new MlaError('BUS_UNAVAILABLE', 'mla.state is not read to its end in time')
}

function assemble(
  documents: ReadonlyMap<string, StateDocument>,
  unreadable: (key: string, error: unknown) => void,
): ReadonlyMap<string, SavedDasu> {
  const newest = new Map<string, { readonly time: Micros; readonly saved: SavedDasu }>()
  for (const [key, document] of documents) {
    if (!key.endsWith('.0')) continue
    try {
      const saved = wholeOf(key, document, documents)
      if (saved === null) continue
      const id = `${saved.supervisor}/${saved.dasu}`
      const known = newest.get(id)
      if (!known || known.time < document.time) newest.set(id, { time: document.time, saved })
    } catch (error) {
      unreadable(key, error)
    }
  }
  return new Map([...newest].map(([id, { saved }]) => [id, saved]))
}

function wholeOf(
  key: string,
  first: StateDocument,
  documents: ReadonlyMap<string, StateDocument>,
): SavedDasu | null {
  const head = partOf(first)
  let text = head.text
  for (let part = 1; part < head.parts; part++) {
    const document = documents.get(`${key.slice(0, -1)}${part}`)
    const next = document && partOf(document)
    // It was not written to its end: the other place has the one before it.
    if (!next || next.mark !== head.mark) return null
    text += next.text
  }
  const saved = JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8'))
  if (saved?.snapshot?.version !== 1) throw new MlaError('DECODE_FAILED', 'another version')
  return saved
}

const partOf = ({ content }: StateDocument): Part => JSON.parse(content)
