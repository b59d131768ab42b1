import { type Bus, mlaState } from '@mla/bus'
import { retry } from '@mla/kit'
import type { Micros, StateDocument } from '@mla/model'

/** Documents of one kind on `mla.state`: what operators keep for all, and what outlives processes. */
export interface StateDocuments<T> {
  readonly all: ReadonlyMap<string, Kept<T>>
  /** Null removes it. Throws what the bus throws. */
  write(name: string, content: T | null, by: string): Promise<Micros>
}

export interface Kept<T> {
  readonly content: T
  readonly by: string
  readonly time: Micros
}

export interface StateDocumentsParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly signal: AbortSignal
  readonly now: () => Micros
  failed(error: unknown, what: string): void
}

/** Follows the documents whose keys begin with a prefix, until aborted. `what` is for people. */
export function followDocuments<T>(
  { bus, signal, now, failed }: StateDocumentsParts,
  prefix: string,
  what: string,
): StateDocuments<T> {
  const all = new Map<string, Kept<T>>()
  /** When each was removed: an older word on it comes too late. */
  const removed = new Map<string, Micros>()
  const take = ({ key, time, by, content }: StateDocument): void => {
    const name = key.slice(prefix.length)
    if ((all.get(name)?.time ?? removed.get(name) ?? 0) > time) return
    const wanted = JSON.parse(content) as T | null
    if (wanted === null) {
      all.delete(name)
      removed.set(name, time)
    } else {
      removed.delete(name)
      all.set(name, { content: wanted, by, time })
    }
  }
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(mlaState, 0, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) if (record.key.startsWith(prefix)) take(record)
    }
  }
  retry(follow, signal, (error) => failed(error, `${what} are away; trying again`)).catch(
    (error: unknown) => signal.aborted || failed(error, `${what} are not followed`),
  )
  return {
    all,
    async write(name, content, by) {
      const time = now()
      const record = { key: prefix + name, time, by, content: JSON.stringify(content) }
      await bus.publish(mlaState, [{ key: record.key, record }])
      take(record)
      return time
    },
  }
}
