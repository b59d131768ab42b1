import type { Point, Sample } from './api.ts'
import type { Frames } from './frames.ts'
import type { PaneSpec } from './layout-spec.ts'
import type { Range } from './permalink.ts'
import type { Shell } from './shell.ts'

/** What a pane of a layout does; what it has no use for it leaves out. */
export interface Pane {
  /** Newer samples of the points of all panes. */
  readonly take?: (samples: readonly Sample[]) => void
  readonly setRange?: (range: Range) => void
  readonly setZone?: (zone: 'utc' | 'local') => void
  /** About once a second. */
  readonly tick?: () => void
  /** Fetches what it shows again, as after the connection was away. */
  readonly reload?: () => void
  /** The page has played on to another past moment. */
  readonly moved?: () => Promise<void>
  /** The colours have changed. */
  readonly recolour?: () => void
  readonly close?: () => void
}

/** What all panes of a page share. */
export interface PaneParts {
  readonly spec: PaneSpec
  /** In the page already: a plot needs its size. */
  readonly body: HTMLElement
  /** The points of its items that are configured. */
  readonly points: readonly Point[]
  readonly shell: Shell
  readonly frames: Frames
  readonly range: () => Range
  readonly zone: () => 'utc' | 'local'
  readonly goTo: (range: Range, begins: boolean) => void
  readonly back: () => void
  readonly removeItem: (id: string) => void
}
