import type { Archive } from '@mla/archive'
import type { Bus } from '@mla/bus'
import type { Life } from '@mla/kit'
import { dispatch } from './dispatch.ts'
import { createReport } from './report.ts'

export interface DispatcherParts {
  readonly bus: Bus
  readonly archive: Archive
  /** For a bus that forgets with the process: reads it to its end before it stops. */
  readonly untilEmpty?: boolean
}

/** Runs mon-dispatcher until the life ends. */
export async function runDispatcher(parts: DispatcherParts, life: Life): Promise<void> {
  life.health.set(life.name, 'waiting for partitions')
  const { untilEmpty = false } = parts
  await dispatch({ ...parts, untilEmpty, report: createReport(life), nowMs: Date.now }, life)
}

export { createReport, type Report } from './report.ts'
