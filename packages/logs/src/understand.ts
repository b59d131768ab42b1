import { isAscii, isUtf8 } from 'node:buffer'
import type { LogDraft } from '@mla/model'
import type { Circumstances } from './format.ts'
import type { Recipe } from './recipe.ts'

/**
 * Makes a draft of a frame with a recipe, whatever the bytes are: what is not UTF-8 is read with
 * replacement characters. Answers the frame's bytes where the record alone does not say all of
 * them, null else.
 */
export function understand(
  recipe: Recipe,
  draft: LogDraft,
  bytes: Buffer,
  from: number,
  to: number,
  cut: number,
  circumstances: Circumstances,
  isClean: boolean,
): Buffer | null {
  const isText = isClean || isUtf8(bytes.subarray(from, to))
  if (isText) {
    draft.reset(bytes)
    recipe.parse(draft, bytes, from, to, circumstances)
  } else {
    const mended = Buffer.from(bytes.toString('utf8', from, to))
    draft.reset(mended)
    recipe.parse(draft, mended, 0, mended.length, circumstances)
    draft.field('encoding', 'not UTF-8')
  }
  if (cut > 0) draft.field('cutBytes', cut)
  const keeps = recipe.keepsRaw || draft.keepsRaw || draft.problem !== null || !isText
  return keeps ? bytes.subarray(from, to) : null
}

/** True where no frame of this chunk needs to be looked at for its encoding. */
export const isPlain = (chunk: Buffer): boolean => isAscii(chunk)
