import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseAlarm } from '@mla/alarm'
import { MlaError } from '@mla/model'
import type { Call } from './calls.ts'

export interface CommandParts {
  /** The folder of programs that alarms may start; empty: none is. */
  readonly folder: string
  /** For one alarm a program is started once in this time; then with what the alarm is by then. */
  readonly everyMs: number
  readonly nowMs: () => number
  readonly signal: AbortSignal
  ran(command: string, alarm: string): void
  failed(error: unknown): void
}

const longestMs = 30_000
const mostAtOnce = 4

interface Slot {
  /** The newest that is to be told. */
  call: Call | null
  ranAt: number
}

/**
 * Starts programs for alarms: `<folder>/<command> <alarm> SET|CLEAR <priority>`, without a shell, the
 * rest in the environment. Only what an administrator has put into the folder can be started.
 */
export function createCommands(parts: CommandParts) {
  const slots = new Map<string, Slot>()
  let running = 0

  async function start({ wire, rules }: Call): Promise<void> {
    const name = rules.command ?? ''
    if (parts.folder === '') {
      const message = `${wire.id} wants to start "${name}", but MLA_ALARM_COMMANDS names no folder`
      throw new MlaError('CONFIG_INVALID', message)
    }
    const alarm = parseAlarm(wire.value ?? '')
    const program = join(parts.folder, name)
    const child = spawn(program, [wire.id, alarm?.isSet ? 'SET' : 'CLEAR', alarm?.priority ?? ''], {
      stdio: ['ignore', 'ignore', 'ignore'],
      timeout: longestMs,
      killSignal: 'SIGKILL',
      signal: parts.signal,
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        ...{ MLA_ALARM: wire.id, MLA_ALARM_STATE: alarm?.state ?? '' },
        ...{ MLA_ALARM_PRIORITY: alarm?.priority ?? '', MLA_ALARM_VALIDITY: wire.validity },
        MLA_ALARM_VALUE: wire.properties['actualValue'] ?? '',
      },
    })
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, ended) => {
        if (code === 0) resolve()
        else reject(new Error(ended ? `ended by ${ended}` : `exit code ${code}`))
      })
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new MlaError('NOTIFICATION_FAILED', `${program} for ${wire.id}: ${reason}`, { cause })
    })
    parts.ran(name, wire.id)
  }

  return {
    add(call: Call): void {
      if (call.rules.command === null) return
      const slot = slots.get(call.wire.id) ?? { call: null, ranAt: Number.NEGATIVE_INFINITY }
      slots.set(call.wire.id, slot)
      slot.call = call
    },
    /** Starts what may be started; nobody waits for it to end. */
    start(): void {
      for (const slot of slots.values()) {
        if (running >= mostAtOnce) return
        if (slot.call === null || parts.nowMs() - slot.ranAt < parts.everyMs) continue
        const { call } = slot
        slot.call = null
        slot.ranAt = parts.nowMs()
        running++
        start(call)
          .catch((error: unknown) => parts.signal.aborted || parts.failed(error))
          .finally(() => running--)
      }
    },
  }
}
