import { createHash } from 'node:crypto'
import { type MercuriusOptions, mercurius } from 'mercurius'

/** A longer document is carried out, but not kept. */
const longestKept = 64 * 1024
/** Characters of all that are kept; the oldest go first. */
const mostKept = 4 * 1024 * 1024

/**
 * Automatic persisted queries, as Apollo's clients ask for them: a hash in the place of a document
 * that was sent with its hash before. What is kept is bounded in bytes, not only in number.
 */
export function createPersistedQueries(): NonNullable<MercuriusOptions['persistedQueryProvider']> {
  const documents = new Map<string, string>()
  let kept = 0
  return {
    ...mercurius.persistedQueryDefaults.automatic(1),
    getHashForQuery: hashOf,
    getQueryFromHash: async (hash) => documents.get(hash) ?? '',
    async saveQuery(hash, document) {
      if (document.length > longestKept || documents.has(hash)) return
      documents.set(hash, document)
      kept += document.length
      for (const [oldest, text] of documents) {
        if (kept <= mostKept) break
        documents.delete(oldest)
        kept -= text.length
      }
    },
  }
}

const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex')
