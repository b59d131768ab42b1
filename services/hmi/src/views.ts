import { type Bus, mlaState } from '@mla/bus'
import { retry } from '@mla/kit'
import { type Micros, MlaError, type StateDocument } from '@mla/model'

/** A page as somebody wants to find it again: its address holds all that it shows. */
export interface SavedView {
  readonly name: string
  /** Path, query and fragment. */
  readonly address: string
  readonly by: string
  readonly time: Micros
}

/** The views that operators share; they outlive all processes on `mla.state`. */
export interface Views {
  /** By name. */
  list(): readonly SavedView[]
  /** Throws QUERY_INVALID, QUERY_TOO_LARGE, and what the bus throws. */
  save(name: string, address: string, by: string): Promise<SavedView>
  remove(name: string, by: string): Promise<void>
}

const prefix = 'view/'
const mostViews = 500
const longestName = 80
/** A layout of twenty plots names two hundred points. */
const longestAddress = 32_000

export interface ViewsParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly signal: AbortSignal
  readonly now: () => Micros
  failed(error: unknown, what: string): void
}

export function followViews({ bus, signal, now, failed }: ViewsParts): Views {
  const views = new Map<string, SavedView>()
  const take = ({ key, time, by, content }: StateDocument): void => {
    const name = key.slice(prefix.length)
    const { address } = JSON.parse(content) as { readonly address: string | null }
    if ((views.get(name)?.time ?? 0) > time) return
    if (address === null) views.delete(name)
    else views.set(name, { name, address, by, time })
  }
  const follow = async (): Promise<void> => {
    for await (const one of bus.follow(mlaState, 0, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) if (record.key.startsWith(prefix)) take(record)
    }
  }
  retry(follow, signal, (error) => failed(error, 'saved views are away; trying again')).catch(
    (error: unknown) => signal.aborted || failed(error, 'saved views are not followed'),
  )
  const write = async (name: string, address: string | null, by: string): Promise<Micros> => {
    const time = now()
    const record = { key: `${prefix}${name}`, time, by, content: JSON.stringify({ address }) }
    await bus.publish(mlaState, [{ key: record.key, record }])
    take(record)
    return time
  }
  return {
    list: () => [...views.values()].sort((a, b) => a.name.localeCompare(b.name)),
    async save(given, address, by) {
      const name = given.trim()
      if (name === '' || name.length > longestName || /\p{Cc}/u.test(name)) {
        throw new MlaError('QUERY_INVALID', `name: 1 to ${longestName} characters`)
      }
      // A path of this server: what a colleague clicks on leads nowhere else.
      if (!/^\/(?![/\\])/.test(address) || address.length > longestAddress) {
        throw new MlaError(
          'QUERY_INVALID',
          `address: a path of the HMI, to ${longestAddress} characters`,
        )
      }
      if (!views.has(name) && views.size >= mostViews) {
        throw new MlaError('QUERY_TOO_LARGE', `there are ${mostViews} views; remove one first`)
      }
      return { name, address, by, time: await write(name, address, by) }
    },
    async remove(name, by) {
      if (!views.has(name))
        throw new MlaError('QUERY_INVALID', `no such view: ${name.slice(0, 80)}`)
      await write(name, null, by)
    },
  }
}
