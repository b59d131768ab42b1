import { codeOf, type Life, type LifeCycle } from '@mla/kit'
import { type Command, MlaError, workStates } from '@mla/model'

/** Everything a component tells the outside of its control: one method per event. */
export function createReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const state = metrics.gauge('mla_component_state', '1 for the state that it is in', ['state'])
  const commands = metrics.counter('mla_commands_total', 'Commands to this component', [
    'command',
    'outcome',
  ])
  const errors = metrics.counter('mla_errors_total', 'Failures, by error code', ['code'])
  let isMute = false
  const show = (life: LifeCycle): void => {
    for (const one of workStates) state.set(one === life.state ? 1 : 0, { state: one })
  }
  return {
    began: show,
    changed(life: LifeCycle, before: LifeCycle): void {
      show(life)
      if (life.state === before.state) return
      const fields = { before: before.state, state: life.state, reason: life.reason }
      const words = `${life.state}${life.reason ? `: ${life.reason}` : ''}`
      if (life.state === 'DEGRADED') log.warn(fields, words)
      else if (life.state !== 'FAULT') log.info(fields, words)
    },
    workFailed(error: unknown): void {
      errors.add(1, { code: codeOf(error) })
      // What a person can mend is said in a line; a stack trace is for defects of ours.
      if (error instanceof MlaError) log.error({ code: error.code }, `FAULT: ${error.message}`)
      else log.error({ err: error }, 'FAULT: the work ended with an error')
    },
    commanded({ command, by, id }: Command, accepted: boolean, message: string | null): void {
      commands.add(1, { command, outcome: accepted ? 'accepted' : 'refused' })
      log.info({ command, by, id, accepted }, `${command} by ${by}: ${message ?? 'accepted'}`)
    },
    heartbeatFailed(error: unknown): void {
      if (isMute) return
      isMute = true
      log.warn({ err: error }, 'heartbeats do not reach the bus; trying on')
    },
    heartbeatWorked(): void {
      if (isMute) log.info({}, 'heartbeats reach the bus again')
      isMute = false
    },
    failed(what: string, error: unknown): void {
      errors.add(1, { code: codeOf(error) })
      log.warn({ err: error }, what)
    },
  }
}

export type Report = ReturnType<typeof createReport>
