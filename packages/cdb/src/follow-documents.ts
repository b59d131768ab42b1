import type { CdbDocument } from '@mla/model'
import { buildCdb } from './build.ts'
import type { LoadResult } from './cdb.ts'
import { cdbFilesOf, createCdbLog } from './documents.ts'
import type { Environment } from './environment.ts'

/** What a follower of the topic yields, as far as it matters here. */
export type FollowedDocuments =
  | {
      readonly kind: 'batch'
      readonly messages: readonly { readonly key: string | null; readonly record: CdbDocument }[]
    }
  | { readonly kind: 'caught-up' }

/**
 * The configuration in force as the topic `mla.cdb` has it: at once, and again after each new head.
 * Its `version` is the number of the version. As with a folder, a broken one comes as its problems
 * and the consumer keeps what it has.
 */
export async function* followDocuments(
  followed: AsyncIterable<FollowedDocuments>,
  env: Environment,
): AsyncIterable<LoadResult> {
  const log = createCdbLog()
  let isBehind = true
  let yielded: string | null = null
  const news = (): LoadResult | null => {
    const [head] = log.versions
    if (!head || head.version === yielded) return null
    const texts = log.filesOf(head)
    if (!texts) return null
    yielded = head.version
    const { files, problems } = cdbFilesOf(texts)
    const result = buildCdb(files, env, problems)
    if (!result.ok) return result
    return { ...result, cdb: { ...result.cdb, version: String(head.number) } }
  }
  for await (const one of followed) {
    if (one.kind === 'caught-up') isBehind = false
    for (const { key, record } of one.kind === 'batch' ? one.messages : []) {
      log.take(key, record)
      const result = isBehind ? null : news()
      if (result) yield result
    }
    const result = isBehind ? null : news()
    if (result) yield result
  }
}
