import type { Views } from '../views.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

const sdl = /* GraphQL */ `
"A page as somebody wants to find it again, for all"
type SavedView {
  name: String!
  "Path, query and fragment; they hold all that the page shows"
  address: String!
  by: String!
  time: DateTime!
}

extend type Query {
  "The views that operators share, by name"
  views: [SavedView!]!
}

extend type Mutation {
  "Keeps a view under a name, in the place of one that has it"
  saveView(name: String!, address: String!): SavedView!
  "Answers its name"
  removeView(name: String!): String!
}
`

export const viewsArea = (views: Views): Area => ({
  sdl,
  queries: {
    async views() {
      return views.list()
    },
  },
  mutations: {
    async saveView({ name, address }: SaveArgs, { user }: RequestContext) {
      return views.save(name, address, user.name)
    },
    async removeView({ name }: { readonly name: string }, { user }: RequestContext) {
      await views.remove(name, user.name)
      return name
    },
  },
})

interface SaveArgs {
  readonly name: string
  readonly address: string
}
