import { formatTime, LogDraft, parseTime, priorities, textAt } from '@mla/model'
import type { Framer } from './framing.ts'
import { compileRecipe, type Recipe } from './recipe.ts'
import { type RecipeRules, recipeSchema } from './recipe-shape.ts'
import { shippedRecipes } from './recipes.ts'
import { understand } from './understand.ts'

/** A recipe of the shipped ones, or one that is written here. */
export function recipeOf(what: string | RecipeRules): Recipe {
  const rules = typeof what === 'string' ? shippedRecipes[what] : what
  const compiled = compileRecipe(recipeSchema.parse(rules))
  if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems))
  return compiled.recipe
}

/** What a line says, as a flat object of all that it says. */
export type Read = Readonly<Record<string, unknown>>

const draft = new LogDraft()

export function read(recipe: Recipe, line: string | Buffer, now = '2026-11-21T08:00:00Z'): Read {
  const bytes = Buffer.from(line)
  const time = parseTime(now)
  const circumstances = { receivedTime: time, reference: time }
  const raw = understand(recipe, draft, bytes, 0, bytes.length, 0, circumstances, false)
  const result: Record<string, unknown> = {}
  if (!Number.isNaN(draft.time)) result['time'] = formatTime(draft.time)
  if (draft.rank >= 0) result['priority'] = priorities[draft.rank]
  for (const [name, slot] of Object.entries(textAt)) {
    const text = draft.read(slot)
    if (text !== null) result[name] = text
  }
  if (draft.line >= 0) result['line'] = draft.line
  for (let i = 0; i < draft.fields; i++) result[draft.names[i] ?? ''] = draft.readField(i)
  if (draft.problem !== null) result['problem'] = draft.problem
  if (raw !== null) result['raw'] = raw.toString('latin1')
  return result
}

/** The frames of a stream that comes in pieces of these sizes, again and again; then it ends. */
export function framesOf(framer: Framer, bytes: Buffer, sizes: readonly number[]): string[] {
  const frames: string[] = []
  let lost = 0
  const take = (from: Buffer, start: number, end: number, cut: number): void => {
    lost += cut
    if (end > start) frames.push(from.toString('latin1', start, end))
  }
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    // A copy that is spoilt behind: a socket's buffer is used again.
    const chunk = Buffer.from(bytes.subarray(at, at + size))
    framer.push(chunk, take)
    chunk.fill(63)
    at += size
  }
  framer.flush(take)
  return lost > 0 ? [...frames, `lost ${lost}`] : frames
}
