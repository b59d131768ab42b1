import { list, port } from '@mla/kit'
import { z } from 'zod'

const seconds = (standard: number) => z.coerce.number().positive().default(standard)
/** Compose hands over an empty text for what is not set. */
const unlessEmpty = (text: string): string | undefined => (text === '' ? undefined : text)
const text = z.string().transform(unlessEmpty).optional()
const address = (protocol: RegExp, example: string) =>
  z
    .union([z.literal(''), z.url({ protocol })], { error: `expected an address as ${example}` })
    .transform(unlessEmpty)
    .optional()

/** The settings of the watchdog, by the names of their environment variables. */
export const watchdogConfig = z.object({
  /** Port of the dead-man webhook, of health and metrics; 0 takes a free one. */
  MLA_HEALTH_PORT: port.default(9464),
  MLA_WATCHDOG_HOST: z.string().default('0.0.0.0'),
  /** Where dispatchers tell how new their newest archived sample is; each address of a name is asked. */
  MLA_WATCHDOG_METRICS: list.default(['http://mon-dispatcher:9464/metrics']),
  /** Without the dead-man alert for so long, alerting is broken. */
  MLA_WATCHDOG_SILENT_SECONDS: seconds(180),
  /** The newest archived sample may be so old; three cuts of the archive. */
  MLA_WATCHDOG_STALE_SECONDS: seconds(900),
  MLA_WATCHDOG_CHECK_SECONDS: seconds(15),
  /** What goes on is told again after so long. */
  MLA_WATCHDOG_REPEAT_MINUTES: seconds(60),
  /** Who gets mail, `a@b.org,c@b.org`; nobody without it. */
  MLA_WATCHDOG_MAIL_TO: list.default([]),
  MLA_WATCHDOG_MAIL_FROM: z.string().default('mla-watchdog@localhost'),
  MLA_WATCHDOG_SMTP: address(/^smtps?$/, 'smtp://mail.example.org:25'),
  MLA_WATCHDOG_SMTP_USER: text,
  MLA_WATCHDOG_SMTP_PASSWORD_FILE: text,
  /** Gets each message as JSON, by POST. */
  MLA_WATCHDOG_WEBHOOK: address(/^https?$/, 'https://chat.example.org/hook'),
})

export type WatchdogSettings = z.output<typeof watchdogConfig>
