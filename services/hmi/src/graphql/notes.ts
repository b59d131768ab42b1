import { type Micros, MlaError } from '@mla/model'
import type { NoteChoice, Notes } from '../notes.ts'
import type { Area } from './area.ts'
import type { RequestContext } from './context.ts'

const sdl = /* GraphQL */ `
"What an operator wrote down of a moment, of a point or of an alarm then"
type Note {
  id: ID!
  "The moment that it is about"
  time: DateTime!
  point: ID
  alarm: ID
  text: String!
  by: String!
  written: DateTime!
}

extend type Query {
  "Notes on moments of [from, to), the newest first. points: those of these, and those of no point nor alarm. first: 0 to 10000"
  notes(from: DateTime, to: DateTime, points: [ID!], alarm: ID, first: Int = 100): [Note!]!
}

extend type Mutation {
  "Writes a note down, for all; of now where no time is given. Without authentication, by says who"
  addNote(text: String!, time: DateTime, point: ID, alarm: ID, by: String): Note!
  "Answers its id"
  removeNote(id: ID!): ID!
}
`

const maxNotes = 10_000

export const notesArea = (notes: Notes, now: () => Micros): Area => ({
  sdl,
  queries: {
    async notes({ first, ...choice }: NoteChoice & { readonly first?: number | null }) {
      const size = first ?? 100
      if (size < 0) throw new MlaError('QUERY_INVALID', `first: ${size} is less than 0`)
      if (size > maxNotes) {
        throw new MlaError('QUERY_TOO_LARGE', `first: ${size} is more than ${maxNotes}`)
      }
      return notes.list(choice).slice(0, size)
    },
  },
  mutations: {
    async addNote({ text, time, point, alarm, by }: AddArgs, { user }: RequestContext) {
      const wanted = { text, time: time ?? now(), point: point ?? null, alarm: alarm ?? null }
      return notes.add(wanted, user.name === 'anonymous' ? by?.trim() || user.name : user.name)
    },
    async removeNote({ id }: { readonly id: string }, { user }: RequestContext) {
      await notes.remove(id, user.name)
      return id
    },
  },
})

interface AddArgs {
  readonly text: string
  readonly time?: Micros | null
  readonly point?: string | null
  readonly alarm?: string | null
  readonly by?: string | null
}
