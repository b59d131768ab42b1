import { type Micros, MlaError } from '@mla/model'
import { followDocuments, type StateDocumentsParts } from './state-documents.ts'

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

export function followViews(parts: StateDocumentsParts): Views {
  const documents = followDocuments<{ readonly address: string | null }>(
    parts,
    prefix,
    'saved views',
  )
  const views = (): SavedView[] =>
    [...documents.all].flatMap(
      ([
        name,
        {
          content: { address },
          by,
          time,
        },
      ]) => (address === null ? [] : { name, address, by, time }),
    )
  const has = (name: string): boolean => views().some((view) => view.name === name)
  return {
    list: () => views().sort((a, b) => a.name.localeCompare(b.name)),
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
      if (!has(name) && views().length >= mostViews) {
        throw new MlaError('QUERY_TOO_LARGE', `there are ${mostViews} views; remove one first`)
      }
      return { name, address, by, time: await documents.write(name, { address }, by) }
    },
    async remove(name, by) {
      if (!has(name)) throw new MlaError('QUERY_INVALID', `no such view: ${name.slice(0, 80)}`)
      await documents.write(name, { address: null }, by)
    },
  }
}
