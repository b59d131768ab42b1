import { setTimeout as delay } from 'node:timers/promises'
import type { Micros, WireIasio } from '@mla/model'
import { type CallRules, createCalls } from './calls.ts'
import { createCommands } from './commands.ts'
import type { AlarmDispatcherSettings } from './config.ts'
import { openMail } from './mail.ts'
import type { Making, MakingOf } from './makings.ts'
import { createPost } from './post.ts'
import type { Report } from './report.ts'

const lookMs = 500

export interface TellingParts {
  readonly settings: AlarmDispatcherSettings
  readonly makingOf: MakingOf
  readonly report: Report
  readonly now: () => Micros
  readonly signal: AbortSignal
}

export type Telling = Awaited<ReturnType<typeof openTelling>>

/** Sends mail and starts programs for alarms, as the configuration says. Throws CONFIG_INVALID. */
export async function openTelling(parts: TellingParts) {
  const { settings, makingOf, report, now, signal } = parts
  const send = await openMail(settings)
  const calls = createCalls((id) => rulesIn(makingOf(id)))
  const post = createPost({
    send: send ?? (() => Promise.resolve()),
    describe: (id) => makingOf(id)?.description ?? null,
    guidance: (id) => makingOf(id)?.options.guidance ?? null,
    publicUrl: settings.MLA_PUBLIC_URL,
    everyMs: settings.MLA_ALARM_MAIL_SECONDS * 1000,
    nowMs: performance.now.bind(performance),
    sent: report.mailed,
    failed: report.callFailed,
    dropped: report.mailDropped,
  })
  const commands = createCommands({
    folder: settings.MLA_ALARM_COMMANDS,
    everyMs: settings.MLA_ALARM_COMMAND_SECONDS * 1000,
    nowMs: performance.now.bind(performance),
    signal,
    ran: report.commanded,
    failed: report.callFailed,
  })
  const take = (wire: WireIasio, isFirst: boolean): void => {
    for (const call of calls.take(wire, isFirst, now())) tell(call)
  }
  const tell = (call: Parameters<typeof post.add>[0]): void => {
    if (send) post.add(call)
    commands.add(call)
  }
  return {
    take,
    forget: calls.forget,
    async run(): Promise<void> {
      while (!signal.aborted) {
        for (const call of calls.due(now())) tell(call)
        commands.start()
        await post.deliver()
        await delay(lookMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

/** Null where nobody is to be told, and nothing to be started. */
function rulesIn(making: Making | null): CallRules | null {
  if (making === null) return null
  const { mail, command, actionDelay: delay } = making.options
  const to = [...new Set([...(making.description?.emails ?? []), ...mail])]
  return to.length === 0 && command === null ? null : { mail: to, command, delay }
}
