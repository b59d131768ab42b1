import { readFile } from 'node:fs/promises'
import { MlaError } from '@mla/model'
import { createTransport } from 'nodemailer'
import type { WatchdogSettings } from './config.ts'
import type { Message } from './message.ts'

/** A way to people. `tell` throws where it does not take the message. */
export interface Channel {
  readonly name: 'mail' | 'webhook'
  tell(message: Message): Promise<void>
}

const timeoutMs = 15_000

/** The ways that the settings name; none is possible. Throws CONFIG_INVALID. */
export async function openChannels(settings: WatchdogSettings): Promise<readonly Channel[]> {
  const { MLA_WATCHDOG_SMTP: smtp, MLA_WATCHDOG_WEBHOOK: webhook } = settings
  if ((smtp === undefined) !== (settings.MLA_WATCHDOG_MAIL_TO.length === 0)) {
    throw new MlaError('CONFIG_INVALID', 'MLA_WATCHDOG_SMTP and MLA_WATCHDOG_MAIL_TO go together')
  }
  return [
    ...(smtp === undefined ? [] : [mailChannel(smtp, settings, await authOf(settings))]),
    ...(webhook === undefined ? [] : [webhookChannel(webhook)]),
  ]
}

interface Login {
  readonly user: string
  readonly pass: string
}

async function authOf(settings: WatchdogSettings): Promise<Login | null> {
  const { MLA_WATCHDOG_SMTP_USER: user, MLA_WATCHDOG_SMTP_PASSWORD_FILE: file } = settings
  if (user === undefined && file === undefined) return null
  if (user === undefined || file === undefined) {
    const problem = 'MLA_WATCHDOG_SMTP_USER and MLA_WATCHDOG_SMTP_PASSWORD_FILE go together'
    throw new MlaError('CONFIG_INVALID', problem)
  }
  try {
    return { user, pass: (await readFile(file, 'utf8')).replace(/\r?\n$/, '') }
  } catch (cause) {
    const problem = `MLA_WATCHDOG_SMTP_PASSWORD_FILE: cannot read ${file}`
    throw new MlaError('CONFIG_INVALID', problem, { cause })
  }
}

function mailChannel(smtp: string, settings: WatchdogSettings, auth: Login | null): Channel {
  const { hostname, port, protocol } = new URL(smtp)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    ...{ host: hostname, port: port ? Number(port) : secure ? 465 : 25, secure },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // A password goes over an encrypted connection or not at all.
    ...(auth && { auth: { ...auth }, requireTLS: true }),
  })
  const from = settings.MLA_WATCHDOG_MAIL_FROM
  const to = [...settings.MLA_WATCHDOG_MAIL_TO]
  return {
    name: 'mail',
    async tell({ subject, text }) {
      await transport.sendMail({ from, to, subject, text })
    },
  }
}

const webhookChannel = (url: string): Channel => ({
  name: 'webhook',
  async tell(message) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) throw new Error(`the webhook answered ${answer.status} ${answer.statusText}`)
  },
})
