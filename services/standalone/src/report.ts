import type { DeadLetter, Lost } from '@mla/bus'
import { deadLetters, type Life } from '@mla/kit'

/** What the standalone system tells beside its services: one method per event. */
export interface Report {
  starting(points: number, sources: number, withSimulator: boolean): void
  ready(url: string, points: number): void
  deadLettered(letter: DeadLetter): void
  lost(lost: Lost): void
  /** What operators decided of alarms is not on disk, or cannot be read from it. */
  stateNotKept(error: unknown): void
  simulatorEnded(how: string): void
}

/** `tell` reaches a person at the terminal, whatever the log level; null where there is none. */
export function createReport(
  { log, metrics, health }: Pick<Life, 'log' | 'metrics' | 'health'>,
  tell: ((line: string) => void) | null,
): Report {
  const rejected = metrics.counter('mla_records_rejected_total', 'Messages dropped, by reason', [
    'reason',
  ])
  const errors = metrics.counter('mla_errors_total', 'Errors by code', ['code'])
  const say = (fields: Readonly<Record<string, unknown>>, message: string): void =>
    tell ? tell(message) : log.info(fields, message)
  return {
    starting(points, sources, withSimulator) {
      const from = `${points.toLocaleString('en')} points of ${sources} sources`
      const simulated = withSimulator ? ', with a simulator of the array' : ''
      say({ points, sources }, `MLA is starting: ${from}${simulated}`)
    },
    ready(url, points) {
      const shown = `${points.toLocaleString('en')} points; Ctrl-C stops it`
      say({ url, points }, `MLA is ready: ${url}  (${shown})`)
    },
    deadLettered: deadLetters({ rejected, errors }, log),
    stateNotKept(error) {
      log.error({ err: error }, 'the state of alarms cannot be kept on disk, or read from it')
    },
    lost(lost) {
      rejected.add(lost.messages, { reason: 'bus full' })
      log.error({ ...lost }, 'the bus is full, its oldest messages went unread')
    },
    simulatorEnded(how) {
      health.set('opcua-simulator', `ended with ${how}`)
      log.error({ how }, 'the simulator ended; see its line above')
    },
  }
}
