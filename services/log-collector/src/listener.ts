import type { LogListen, LogSource } from '@mla/cdb'
import type { Recipe } from '@mla/logs'
import type { Micros } from '@mla/model'
import type { Intake, Sender } from './intake.ts'

/** What every way in is handed. */
export interface ListenerParts {
  readonly source: LogSource
  readonly recipe: Recipe
  readonly intake: Intake
  readonly listen: LogListen
  readonly now: () => Micros
  /** The lane of the nth sender. */
  senderOf(number: number, host: string | null): Sender
}

/** A place where records come in, open until it is disposed of. */
export interface Listener extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number }
  readonly connections: number
  /** Stops reading, and goes on: for those whose senders can wait. */
  pause(isPaused: boolean): void
  /** To be called four times a second. */
  tick(now: Micros): void
}

/** An address as people know it: without the wrapping of IPv4 in IPv6. */
export const plainAddress = (address: string | undefined): string | null =>
  address === undefined ? null : address.replace(/^::ffff:(?=\d+\.)/, '')
