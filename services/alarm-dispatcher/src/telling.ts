import { setTimeout as delay } from 'node:timers/promises'
import { optionsOf, splitInstance } from '@mla/alarm'
import type { Cdb } from '@mla/cdb'
import type { Micros, WireIasio } from '@mla/model'
import { type CallRules, createCalls } from './calls.ts'
import { createCommands } from './commands.ts'
import type { AlarmDispatcherSettings } from './config.ts'
import { openMail } from './mail.ts'
import { createPost } from './post.ts'
import type { Report } from './report.ts'

const lookMs = 500

export interface TellingParts {
  readonly settings: AlarmDispatcherSettings
  readonly configuration: () => Cdb | null
  readonly report: Report
  readonly now: () => Micros
  readonly signal: AbortSignal
}

export type Telling = Awaited<ReturnType<typeof openTelling>>

/** Sends mail and starts programs for alarms, as the configuration says. Throws CONFIG_INVALID. */
export async function openTelling(parts: TellingParts) {
  const { settings, configuration, report, now, signal } = parts
  const send = await openMail(settings)
  let looked: { version: string; of: Map<string, Making> } = { version: '', of: new Map() }
  const makingOf = (id: string): Making | null => {
    const cdb = configuration()
    if (cdb && cdb.version !== looked.version) looked = makingsOf(cdb)
    return looked.of.get(id) ?? null
  }
  const calls = createCalls((id) => makingOf(id)?.rules ?? null)
  const post = createPost({
    send: send ?? (() => Promise.resolve()),
    describe: (id) => configuration()?.alarms?.iasios.get(splitInstance(id).base) ?? null,
    guidance: (id) => makingOf(id)?.guidance ?? null,
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

interface Making {
  readonly rules: CallRules
  readonly guidance: string | null
}

function makingsOf({ version, alarms }: Cdb) {
  const of = new Map<string, Making>()
  for (const { dasus } of alarms?.supervisors.values() ?? []) {
    for (const { output, properties } of dasus.flatMap(({ asces }) => asces)) {
      const { mail, command, actionDelay, guidance } = optionsOf(properties)
      const declared = alarms?.iasios.get(splitInstance(output).base)?.emails ?? []
      const to = [...new Set([...declared, ...mail])]
      if (to.length === 0 && command === null) continue
      of.set(output, { rules: { mail: to, command, delay: actionDelay }, guidance })
    }
  }
  return { version, of }
}
