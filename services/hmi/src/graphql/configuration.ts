import type { CdbText } from '@mla/cdb'
import type { CdbStore, Published } from '@mla/control'
import { type CdbVersion, MlaError } from '@mla/model'
import type { Area } from './area.ts'
import { configurationSdl } from './configuration.graphql.ts'
import type { RequestContext } from './context.ts'

interface ApplyArgs {
  readonly files: readonly CdbText[]
  readonly why: string
  readonly by?: string | null
  readonly base?: number | null
}

interface RollBackArgs {
  readonly number: number
  readonly why: string
  readonly by?: string | null
}

const longestText = 500

/** `store` is null where the system watches a folder. */
export const configurationArea = (store: CdbStore | null): Area => ({
  sdl: configurationSdl,
  fields: {
    ConfigurationVersion: { fileCount: ({ files }: CdbVersion) => files.length },
  },
  queries: {
    configurationVersions: () => onTheBus(store).versions(),
    configurationFiles: ({ number }: { readonly number: number }) => onTheBus(store).files(number),
  },
  mutations: {
    async applyConfiguration({ files, why, by, base }: ApplyArgs, context: RequestContext) {
      const said = saidBy(context, why, by)
      const texts = files.map(({ path, text }) => ({ path, text }))
      return resultOf(await onTheBus(store).publish(texts, said, base ?? null))
    },
    async rollBackConfiguration({ number, why, by }: RollBackArgs, context: RequestContext) {
      const said = saidBy(context, why, by)
      const files = await onTheBus(store).files(number)
      return resultOf(await onTheBus(store).publish(files, said, null))
    },
  },
})

function onTheBus(store: CdbStore | null): CdbStore {
  if (store) return store
  throw new MlaError(
    'QUERY_INVALID',
    'this system watches a folder: change the files there, and it takes them over by itself',
  )
}

/** Without authentication the name that is given is all there is. */
function saidBy({ user }: RequestContext, why: string, by: string | null | undefined) {
  if (why.trim() === '') throw new MlaError('QUERY_INVALID', 'why: say for what reason')
  const name = user.name === 'anonymous' ? by?.trim() || user.name : user.name
  return { by: name.slice(0, longestText), why: why.trim().slice(0, longestText) }
}

const resultOf = (published: Published) =>
  published.ok
    ? {
        ...{ accepted: true, number: published.version.number },
        ...{ problems: [], warnings: published.warnings },
      }
    : { accepted: false, number: null, problems: published.problems, warnings: [] }
