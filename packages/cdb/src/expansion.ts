import type { PointId } from '@mla/model'
import type { Point, Source } from './cdb.ts'
import type { Declared } from './derive.ts'
import type { PointRules } from './point-rules.ts'
import type { Place, Problems } from './problems.ts'
import type { WrittenTemplate } from './shape.ts'

/** What every expansion shares. */
export interface Expansion {
  readonly templates: ReadonlyMap<string, Template>
  readonly problems: Problems
  readonly warnings: Problems
  readonly rules: Pick<PointRules, 'archiveClasses' | 'enumerations'>
  readonly points: Map<PointId, Point>
  readonly places: Map<PointId, Place>
  /** Those that are made of others. */
  readonly derived: Map<PointId, Declared>
  /** How many templates were put in so far. */
  uses: number
}

export interface Template {
  readonly name: string
  readonly file: string
  /** Null where the file is so wrong that its points are not known. */
  readonly content: WrittenTemplate | null
  readonly used: Set<string>
  uses: number
}

/** Where points go: below which name, into which source, by which templates on the way. */
export interface Target {
  readonly prefix: string
  readonly source: Source
  readonly nodeIdPattern: string | null
  readonly chain: readonly string[]
}

const mostPoints = 500_000
const mostUses = 50_000

export const isFull = (expansion: Expansion): boolean =>
  expansion.points.size >= mostPoints || expansion.uses >= mostUses

export function tooLarge(expansion: Expansion): string | null {
  return isFull(expansion)
    ? `more than ${mostPoints} points or ${mostUses} uses of templates`
    : null
}
