import { type Bus, mlaState } from '@mla/bus'
import { type Micros, MlaError, type StateDocument } from '@mla/model'
import type { Saved } from '@mla/processing'
import type { SavedFeed } from './alarm-feed.ts'

/** What processing had come to, and which messages of the log that was made of. */
export interface ProcessingState {
  /** Of each partition the last message that is in it. */
  readonly positions: Readonly<Record<string, { readonly offset: number; readonly time: Micros }>>
  readonly state: Saved
  /** What alarms were told; of a state that is older than that, nothing. */
  readonly alarms?: SavedFeed
}

type StateBus = Pick<Bus, 'publish' | 'follow'>

const headKey = 'processing/head'
/** A message of mla.state is smaller than 1 MB. */
const partLength = 400_000
const readWithinMs = 30_000

/**
 * Writes a state in parts, then the head that makes them count. Two places in turn: a state that
 * is half written leaves the one before it whole.
 */
export async function writeState(
  bus: StateBus,
  state: ProcessingState,
  { turn, by, now }: { readonly turn: number; readonly by: string; readonly now: Micros },
): Promise<void> {
  const text = JSON.stringify(state)
  const place = turn % 2 === 0 ? 'a' : 'b'
  const parts: string[] = []
  for (let at = 0; at < text.length; at += partLength) parts.push(text.slice(at, at + partLength))
  const document = (key: string, content: string) => ({
    key,
    record: { key, time: now, by, content },
  })
  const mark = `${by} ${now}`
  for (const [i, part] of parts.entries()) {
    const content = JSON.stringify({ mark, part })
    await bus.publish(mlaState, [document(`processing/${place}/${i}`, content)])
  }
  const head = JSON.stringify({ mark, place, parts: parts.length })
  await bus.publish(mlaState, [document(headKey, head)])
}

/** The last state that is whole; null where there is none. Throws BUS_UNAVAILABLE. */
export async function readState(
  bus: StateBus,
  signal: AbortSignal,
): Promise<ProcessingState | null> {
  const documents = new Map<string, StateDocument>()
  const patience = AbortSignal.any([signal, AbortSignal.timeout(readWithinMs)])
  for await (const one of bus.follow(mlaState, 0, patience)) {
    if (one.kind === 'caught-up') return assemble(documents)
    for (const { record } of one.messages) {
      if (record.key.startsWith('processing/')) documents.set(record.key, record)
    }
  }
  throw new MlaError('BUS_UNAVAILABLE', 'mla.state is not read to its end in time')
}

function assemble(documents: ReadonlyMap<string, StateDocument>): ProcessingState | null {
  const head = contentOf(documents.get(headKey))
  if (head === null) return null
  let text = ''
  for (let i = 0; i < Number(head['parts']); i++) {
    const part = contentOf(documents.get(`processing/${head['place']}/${i}`))
    // Somebody else writes at this moment; who does, has a newer state.
    if (part === null || part['mark'] !== head['mark']) return null
    text += String(part['part'])
  }
  const { positions, state, alarms } = JSON.parse(text)
  return { positions, state, alarms }
}

function contentOf(document: StateDocument | undefined): Record<string, unknown> | null {
  const content: unknown = document === undefined ? null : JSON.parse(document.content)
  return typeof content === 'object' && content !== null ? { ...content } : null
}
