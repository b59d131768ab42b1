import { type Bus, mlaHeartbeats } from '@mla/bus'
import { type ComponentStatus, createRoster } from '@mla/control'
import { type Micros, MlaError, microsOfMillis, microsPerSecond } from '@mla/model'
import type { Newest } from './newest-subscription.ts'

/** The components as operators see them, now and then. */
export interface Components extends Newest<ComponentStatus> {
  /** As they were; as long ago as the bus keeps heartbeats. */
  at(time: Micros): Promise<readonly ComponentStatus[]>
}

/** The subsystems that an address of a command means. */
export function subsystemsOf(
  addressed: string,
  components: readonly ComponentStatus[],
): readonly string[] {
  if (addressed === 'all') return ['all']
  const meant = components.filter(({ component, name, subsystem }) =>
    [component, name, subsystem].includes(addressed),
  )
  return [...new Set(meant.map(({ subsystem }) => subsystem))]
}

/** A component that was silent for so long before a time is not found for that time. */
const lookBackMicros = 600 * microsPerSecond
/** Questions about the past that may wait for their turn: each reads a stretch of the log. */
const mostWaiting = 20

export interface ComponentsParts {
  readonly bus: Pick<Bus, 'follow'>
  readonly signal: AbortSignal
  failed(error: unknown, what: string): void
}

export function followComponents({ bus, signal, failed }: ComponentsParts): Components {
  const roster = createRoster()
  const watchers = new Set<(ids: readonly string[]) => void>()
  const told = new Map<string, ComponentStatus>()
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  const tell = (): void => {
    const changed = roster.list().filter((one) => {
      const before = told.get(one.component)
      return before?.lastHeartbeat !== one.lastHeartbeat || before.state !== one.state
    })
    for (const one of changed) told.set(one.component, one)
    const ids = changed.map(({ component }) => component)
    if (ids.length > 0) for (const watcher of watchers) watcher(ids)
  }
  const follow = async (): Promise<void> => {
    const since = microsOfMillis(Date.now()) - lookBackMicros
    let isBehind = true
    for await (const one of bus.follow(mlaHeartbeats, since, signal)) {
      if (one.kind === 'caught-up') isBehind = false
      else for (const { record, appendTime } of one.messages) roster.hear(record, appendTime)
      if (!isBehind) tell()
    }
  }
  follow().catch((error: unknown) => failed(error, 'heartbeats are not followed'))

  async function read(time: Micros): Promise<readonly ComponentStatus[]> {
    const then = createRoster()
    const done = new AbortController()
    const stop = () => done.abort()
    signal.addEventListener('abort', stop, { once: true })
    try {
      for await (const one of bus.follow(mlaHeartbeats, time - lookBackMicros, done.signal)) {
        if (one.kind === 'caught-up') break
        const until = one.messages.filter(({ appendTime }) => appendTime <= time)
        for (const { record, appendTime } of until) then.hear(record, appendTime)
        if (until.length < one.messages.length) break
      }
    } finally {
      done.abort()
      signal.removeEventListener('abort', stop)
    }
    return then.list()
  }

  return {
    list: roster.list,
    get: (id) => roster.of(id) ?? null,
    keyOf: ({ component }) => component,
    async at(time) {
      if (time >= roster.time) return roster.list()
      if (waiting >= mostWaiting) {
        const problem = `${waiting} questions about components of the past wait already`
        throw new MlaError('QUERY_TOO_LARGE', problem)
      }
      waiting++
      const answer = turn.then(() => read(time))
      turn = answer.catch(() => undefined)
      return answer.finally(() => waiting--)
    },
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
  }
}
