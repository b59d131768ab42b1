import { readFile } from 'node:fs/promises'
import { MlaError } from '@mla/model'
import { createTransport } from 'nodemailer'
import type { AlarmDispatcherSettings } from './config.ts'
import type { Mail } from './post.ts'

const timeoutMs = 15_000

/** The way to the mail server; null where none is named. Throws CONFIG_INVALID. */
export async function openMail(
  settings: AlarmDispatcherSettings,
): Promise<((mail: Mail) => Promise<void>) | null> {
  const { MLA_ALARM_SMTP: smtp, MLA_ALARM_MAIL_FROM: from } = settings
  if (smtp === '') return null
  const auth = await authOf(settings)
  const { hostname, port, protocol } = urlOf(smtp)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    ...{ host: hostname, port: port ? Number(port) : secure ? 465 : 25, secure },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // A password goes over an encrypted connection or not at all.
    ...(auth && { auth, requireTLS: true }),
  })
  return async (mail) => {
    try {
      await transport.sendMail({ from, ...mail })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new MlaError('NOTIFICATION_FAILED', `mail to ${mail.to}: ${reason}`, { cause })
    }
  }
}

function urlOf(smtp: string): URL {
  const url = URL.parse(smtp)
  if (url && /^smtps?:$/.test(url.protocol)) return url
  const message = `MLA_ALARM_SMTP is "${smtp}": write smtp://mail.example.org:25`
  throw new MlaError('CONFIG_INVALID', message)
}

async function authOf(settings: AlarmDispatcherSettings) {
  const { MLA_ALARM_SMTP_USER: user, MLA_ALARM_SMTP_PASSWORD_FILE: file } = settings
  if (user === '' && file === '') return null
  if (user === '' || file === '') {
    const message = 'MLA_ALARM_SMTP_USER and MLA_ALARM_SMTP_PASSWORD_FILE go together'
    throw new MlaError('CONFIG_INVALID', message)
  }
  try {
    return { user, pass: (await readFile(file, 'utf8')).replace(/\r?\n$/, '') }
  } catch (cause) {
    const message = `MLA_ALARM_SMTP_PASSWORD_FILE: cannot read ${file}`
    throw new MlaError('CONFIG_INVALID', message, { cause })
  }
}
