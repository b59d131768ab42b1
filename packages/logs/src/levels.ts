import { type Priority, rankOf } from '@mla/model'

/** The words for priorities that programs use, in lower case. */
const words: Readonly<Record<Priority, string>> = {
  TRACE: 'trace trc finest finer silly all delouse verbose v t',
  DEBUG: 'debug dbg fine d debug0 debug1 debug2 debug3',
  INFO: 'info inf information informational log i config',
  NOTICE: 'notice note n',
  WARNING: 'warning warn wrn w caution',
  ERROR: 'error err e severe failure failed',
  CRITICAL: 'critical crit crt fatal ftl f c',
  ALERT: 'alert a',
  EMERGENCY: 'emergency emerg panic p',
}

const ranks = new Map(
  Object.entries(words).flatMap(([priority, list]) =>
    list.split(' ').map((word) => [word, rankOf(priority as Priority)] as const),
  ),
)

/** The rank (0 TRACE to 8 EMERGENCY) of a word for a priority; -1 for a word that is none. */
export function rankOfWord(word: string): number {
  return ranks.get(word) ?? ranks.get(word.trim().toLowerCase()) ?? -1
}

/** By the severity of syslog, 0 (emergency) to 7 (debug). */
const ofSeverity = Int8Array.of(8, 7, 6, 5, 4, 3, 2, 1)

export const rankOfSeverity = (severity: number): number => ofSeverity[severity] ?? -1

/** Of pino, bunyan and their kin: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
export function rankOfTens(level: number): number {
  if (level < 20) return 0
  if (level < 30) return 1
  if (level < 40) return 2
  if (level < 50) return 4
  return level < 60 ? 5 : 6
}

/** Names of syslog's facilities, as RFC 5424 and common practice have them. */
export const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron'],
  ...['authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const
