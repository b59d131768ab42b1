import { MlaError } from '@mla/model'
import type { GraphQLError } from 'graphql'
import type { User } from '../access/identity.ts'
import type { Outlet } from '../outlet.ts'

/** What every field may know of the request that it answers. */
export interface RequestContext {
  readonly user: User
  /** The address that the request comes from. */
  readonly from: string
  /** Takes so many values from what this request may ask for. Throws QUERY_TOO_LARGE. */
  spend(values: number): void
  /** Errors that do not take the place of an answer. */
  readonly warnings: GraphQLError[]
  /** Where the changes of a subscription go; null for a request over HTTP. */
  readonly live: { readonly outlet: Outlet; readonly id: string } | null
}

/** Values that one request may ask for, over all its fields. */
const maxValues = 2_000_000

export function createContext(
  { user, from }: Pick<RequestContext, 'user' | 'from'>,
  live: RequestContext['live'] = null,
): RequestContext {
  let left = maxValues
  return {
    user,
    from,
    live,
    warnings: [],
    spend(values) {
      left -= values
      if (left >= 0) return
      throw new MlaError(
        'QUERY_TOO_LARGE',
        `one request may ask for ${maxValues} values; ask for fewer points, fewer maxPoints or a ` +
          'shorter range',
      )
    },
  }
}
