import type { Life } from '@mla/kit'
import type { Complaint } from './complaints.ts'
import type { Step } from './plan.ts'

const keyOf = ({ about, kind }: Complaint): string => `${about} ${kind}`

/** Counted from 0, so that the first one is a step that Prometheus sees. */
const sent = ['START', 'STOP', 'RESTART']

/** Everything a manager tells the outside: one method per event. */
export function createReport({ log, metrics }: Pick<Life, 'log' | 'metrics'>) {
  const leading = metrics.gauge('mla_manager_leads', '1 in the instance that leads')
  const commands = metrics.counter('mla_manager_commands_total', 'Commands sent, by kind', [
    'command',
  ])
  const complaining = metrics.gauge(
    'mla_manager_complaints',
    'Things about components that operators should know, by kind',
    ['kind'],
  )
  const errors = metrics.counter('mla_errors_total', 'Errors by code', ['code'])
  let present = new Map<string, Complaint>()
  leading.set(0)
  for (const command of sent) commands.add(0, { command })
  return {
    leads(isHeld: boolean): void {
      leading.set(isHeld ? 1 : 0)
      log.info({ leads: isHeld }, isHeld ? 'leads its subsystem now' : 'another instance leads')
    },
    took({ component, command }: Step): void {
      commands.add(1, { command })
      log.info({ component, command }, `${command} to ${component}`)
    },
    restarts(component: string, why: string, count: number): void {
      commands.add(1, { command: 'RESTART' })
      log.warn({ component, count }, `restarts ${component}: ${why}`)
    },
    complaints(all: readonly Complaint[]): void {
      const now = new Map(all.map((one) => [keyOf(one), one]))
      for (const [key, { about, kind, text }] of now) {
        if (!present.has(key)) log.warn({ component: about, kind }, `${about}: ${text}`)
      }
      for (const [key, { about, kind }] of present) {
        if (!now.has(key)) log.info({ component: about, kind }, `${about}: no longer ${kind}`)
      }
      const kinds = new Set([...now.values(), ...present.values()].map(({ kind }) => kind))
      for (const kind of kinds) {
        complaining.set(all.filter((one) => one.kind === kind).length, { kind })
      }
      present = now
    },
    failed(what: string, error: unknown): void {
      errors.add(1, { code: 'BUS_UNAVAILABLE' })
      log.warn({ err: error }, what)
    },
  }
}
