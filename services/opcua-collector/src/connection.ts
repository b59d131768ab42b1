import { readFile } from 'node:fs/promises'
import type { Source } from '@mla/cdb'
import { type Log, retry } from '@mla/kit'
import { MlaError } from '@mla/model'
import type {
  HandOver,
  Inheritance,
  LinkEvents,
  LinkFigures,
  LinkSettings,
  Progresses,
  ServerLink,
  WatchedNode,
} from '@mla/opcua'
import type { CollectorSettings } from './config.ts'

/** Opens a link to an OPC-UA server: `openServerLink` of `@mla/opcua`, or a test's own. */
export type OpenLink = (settings: LinkSettings, events: LinkEvents, log: Log) => ServerLink

export interface ConnectionParts {
  readonly openLink: OpenLink
  readonly settings: CollectorSettings
  readonly log: Log
  readonly events: LinkEvents
  /** It opens when this is over: the closing of one to the same server. */
  readonly after: Promise<unknown>
  /** What an earlier collector left at the server; null where that is nothing. */
  readonly inheritance: Inheritance | null
  /** It could not be opened, and is tried again. */
  failed(error: unknown): void
}

/** The link to one server, opened in the background. */
export interface Connection extends AsyncDisposable {
  watch(nodes: readonly WatchedNode[]): void
  /** Null while it is not open. */
  figures(): LinkFigures | null
  handOver(): HandOver
  progress(): Progresses
  /** Closes it, but leaves its subscriptions at the server for the next collector. */
  leave(): Promise<void>
}

export function openConnection(source: Source, parts: ConnectionParts): Connection {
  const closing = new AbortController()
  const { events, inheritance } = parts
  let nodes: readonly WatchedNode[] = []
  let link: ServerLink | null = null
  let isClosed = false
  /** Values still count while it closes; what it says of itself then is of no interest. */
  const guarded: LinkEvents = {
    values: (values, time, safe) => void (isClosed || events.values(values, time, safe)),
    state: (state) => void (closing.signal.aborted || events.state(state)),
    nodes: (outcomes) => void (closing.signal.aborted || events.nodes(outcomes)),
    revised: (what, asked, granted) =>
      void (closing.signal.aborted || events.revised(what, asked, granted)),
    handOverChanged: () => events.handOverChanged?.(),
  }

  async function open(): Promise<void> {
    await parts.after
    const user = await retry(() => userOf(source), closing.signal, parts.failed)
    if (closing.signal.aborted) return
    const settings = { ...linkSettings(source, user, parts.settings), inheritance }
    link = parts.openLink(settings, guarded, parts.log)
    link.watch(nodes)
  }
  const opened = open().catch((error) => {
    if (!closing.signal.aborted) parts.failed(error)
  })

  async function close(end: (open: ServerLink) => PromiseLike<void>): Promise<void> {
    closing.abort()
    await opened
    if (link !== null) await end(link)
    isClosed = true
  }

  return {
    watch(wanted) {
      nodes = wanted
      link?.watch(wanted)
    },
    figures: () => link?.figures() ?? null,
    handOver: () => link?.handOver() ?? inheritance?.handOver ?? nothingToHandOver,
    progress: () => link?.progress() ?? inheritance?.progress ?? {},
    leave: () => close((open) => open.leave()),
    [Symbol.asyncDispose]: () => close((open) => open[Symbol.asyncDispose]()),
  }
}

export const nothingToHandOver: HandOver = { serverStart: null, namespaces: [], subscriptions: [] }

async function userOf({ id, user }: Source): Promise<LinkSettings['user']> {
  if (user === null) return null
  try {
    return { name: user.name, password: (await readFile(user.passwordFile, 'utf8')).trimEnd() }
  } catch (cause) {
    throw new MlaError(
      'SOURCE_UNAVAILABLE',
      `${id}: its password file ${user.passwordFile} cannot be read: ${String(cause)}`,
      { cause, details: { source: id } },
    )
  }
}

const linkSettings = (
  source: Source,
  user: LinkSettings['user'],
  settings: CollectorSettings,
): LinkSettings => ({
  endpoint: source.endpoint,
  applicationName: 'mla-opcua-collector',
  securityMode: source.securityMode,
  securityPolicy: source.securityPolicy,
  user,
  pkiFolder: settings.pkiFolder,
  publishingIntervalMs: source.publishingIntervalMs,
  requestTimeoutMs: settings.requestTimeoutMs,
  silenceMs: settings.silenceMs,
})
