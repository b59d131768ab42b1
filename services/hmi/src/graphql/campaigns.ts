import type { Campaign } from '@mla/control'
import type { Micros } from '@mla/model'
import type { User } from '../access/identity.ts'
import type { Campaigns, WantedCampaign } from '../campaigns.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

const sdl = /* GraphQL */ `
"Points that are sampled faster for some time, because somebody looks for something"
type Campaign {
  id: ID!
  points: [ID!]!
  "The sampling interval asked of the servers, in milliseconds"
  intervalMs: Float!
  since: DateTime!
  "When it ends, or ended, by itself or by somebody"
  until: DateTime!
  by: String!
  why: String!
  "Who ended it before its time"
  endedBy: String
}

extend type Query {
  "All campaigns that there were and are, the newest first; active: those in force only"
  campaigns(active: Boolean = false): [Campaign!]!
}

extend type Mutation {
  "Samples up to 2000 collected points faster, up to 24h, 20,000 values/s in all; all values go on, no dead band holds any back. It ends by itself"
  beginCampaign(points: [ID!]!, intervalMs: Float!, duration: Duration!, why: String!, by: String): Campaign!
  "Ends a campaign now. by counts where nobody logs in"
  endCampaign(id: ID!, by: String): Campaign!
}
`

export const campaignsArea = (campaigns: Campaigns, now: () => Micros): Area => ({
  sdl,
  queries: {
    async campaigns({
      active,
    }: {
      readonly active?: boolean | null
    }): Promise<readonly Campaign[]> {
      const all = campaigns.list()
      return active ? all.filter(({ until }) => until > now()) : all
    },
  },
  mutations: {
    beginCampaign: ({ by, ...wanted }: WantedCampaign & Said, { user }: RequestContext) =>
      campaigns.begin(wanted, whoOf(user, by)),
    endCampaign: ({ id, by }: Said & { readonly id: string }, { user }: RequestContext) =>
      campaigns.end(id, whoOf(user, by)),
  },
})

interface Said {
  readonly by?: string | null
}
const whoOf = ({ name }: User, by: string | null | undefined): string =>
  name === 'anonymous' ? by?.trim() || name : name
