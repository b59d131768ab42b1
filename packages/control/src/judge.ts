import { type LifeCycle, logLevels, refusalOf } from '@mla/kit'
import { type Command, type CommandName, commandNames, formatTime, type Micros } from '@mla/model'
import { type Address, isAddressed, nameOf } from './address.ts'

/** Whether a command is to be looked at, and by whom. */
export type Verdict =
  | { readonly kind: 'not mine' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'due'; readonly command: CommandName }

/** A command counts for so long. */
export const commandLifeMicros = 30_000_000

/**
 * Decides about a command that did not come before. `terms` are the newest times of office heard
 * of, by service of managers.
 */
export function judge(
  command: Command,
  address: Address,
  terms: ReadonlyMap<string, number>,
  now: Micros,
): Verdict {
  if (!isAddressed(address, command.target)) return { kind: 'not mine' }
  const refused = (message: string): Verdict => ({ kind: 'refused', message })

  const name = commandNames.find((one) => one === command.command)
  if (name === undefined) return refused('this version does not know the command')
  const age = now - command.time
  if (Math.abs(age) > commandLifeMicros) {
    const seconds = Math.round(Math.abs(age) / 1e6)
    const when = `${formatTime(command.time)}, ${seconds} s ${age > 0 ? 'ago' : 'in the future'}`
    return refused(
      `it was given at ${when}, and counts for 30 s: give it again, or compare the clocks`,
    )
  }
  const term = terms.get(nameOf(command.by))
  if (command.term !== null && term !== undefined && command.term < term) {
    return refused(`${command.by} has been replaced: another instance leads now`)
  }
  return { kind: 'due', command: name }
}

/**
 * Why a command that is due is not carried out, in words; null where it is. `staysOnline` is the
 * reason of a component that is never stopped.
 */
export function objectionTo(
  name: CommandName,
  params: readonly string[],
  life: LifeCycle,
  staysOnline: string | null,
): string | null {
  const ends = name === 'STOP' || name === 'START' || name === 'RESTART'
  if (ends && staysOnline !== null) return staysOnline
  const refusal = refusalOf(life, name)
  if (refusal !== null) return refusal
  if (name === 'SET_LOG_LEVEL' && !logLevels.some((level) => level === params[0])) {
    return `"${params[0] ?? ''}" is no level: write ${logLevels.join(', ')}`
  }
  return null
}
