import { type Bus, mlaState } from '@mla/bus'
import type { LogSource } from '@mla/cdb'
import { documentOfLevel, followLogLevels, type LogLevelRule } from '@mla/control'
import { type Micros, MlaError, type Priority } from '@mla/model'

/** From which priority on records of a source, or of a part of one, are let through by the collectors. */
export interface LogLevelStatus {
  readonly source: string
  readonly minPriority: Priority
  /** As the configuration says; null where it has no such source. */
  readonly configured: Priority | null
  /** Who set what is in force, and when; null where it is as configured. */
  readonly changedBy: string | null
  readonly changedTime: Micros | null
}

export interface LogLevelParts {
  readonly bus: Pick<Bus, 'follow' | 'publish'>
  readonly signal: AbortSignal
  readonly sources: () => ReadonlyMap<string, LogSource>
  readonly now: () => Micros
  failed(error: unknown, what: string): void
}

const longestName = 300

/** The log levels of sources, and how they are set while the system runs: on `mla.state`. */
export function createLogLevels({ bus, signal, sources, now, failed }: LogLevelParts) {
  let rules: ReadonlyMap<string, LogLevelRule> = new Map()
  const failing = (error: unknown): void => failed(error, 'log levels are not followed')
  const take = (all: ReadonlyMap<string, LogLevelRule>): void => {
    rules = all
  }
  followLogLevels(bus, signal, take, failing).catch(
    (error: unknown) => signal.aborted || failing(error),
  )

  function statusOf(source: string): LogLevelStatus {
    const rule = rules.get(source)
    const configured = sources().get(idOf(source))?.minPriority ?? null
    return {
      ...{ source, configured, minPriority: rule?.minPriority ?? configured ?? 'TRACE' },
      ...{ changedBy: rule?.by ?? null, changedTime: rule?.time ?? null },
    }
  }

  return {
    list: (): readonly LogLevelStatus[] =>
      [...new Set([...sources().keys(), ...rules.keys()])].sort().map(statusOf),
    /** Null: as configured. Throws QUERY_INVALID for a source that there is not, BUS_UNAVAILABLE. */
    async set(source: string, minPriority: Priority | null, by: string): Promise<LogLevelStatus> {
      const wrong = problemOf(source, sources())
      if (wrong !== null && !(minPriority === null && rules.has(source))) {
        throw new MlaError('QUERY_INVALID', wrong)
      }
      const time = now()
      const record = documentOfLevel({ source, minPriority, time, by })
      await bus.publish(mlaState, [{ key: record.key, record }])
      // What follows the bus sees it a moment later.
      const next = new Map(rules)
      if (minPriority === null) next.delete(source)
      else next.set(source, { source, minPriority, time, by })
      rules = next
      return statusOf(source)
    },
  }
}

export type LogLevels = ReturnType<typeof createLogLevels>

const idOf = (source: string): string => source.split('/', 1)[0] ?? ''

/** Why a level of this source would mean nothing, in words; null where it means something. */
function problemOf(source: string, sources: ReadonlyMap<string, LogSource>): string | null {
  const found = sources.get(idOf(source))
  if (source.length > longestName) return `source: it is longer than ${longestName} characters`
  if (found === undefined) {
    const some = [...sources.keys()].sort().join(', ')
    return `no log source is called "${idOf(source)}"; ${some === '' ? 'there is none' : `there are ${some}`}`
  }
  if (source === found.id) return null
  return found.nameBy === 'id'
    ? `records of ${found.id} have one name (nameBy: id): set the level of ${found.id}`
    : null
}
