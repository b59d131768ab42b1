import { readFile } from 'node:fs/promises'
import type { Source } from '@mla/cdb'
import { type Log, retry } from '@mla/kit'
import { MlaError } from '@mla/model'
import type { LinkEvents, LinkFigures, LinkSettings, ServerLink, WatchedNode } from '@mla/opcua'
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
  /** It could not be opened, and is tried again. */
  failed(error: unknown): void
}

/** The link to one server, opened in the background. */
export interface Connection extends AsyncDisposable {
  watch(nodes: readonly WatchedNode[]): void
  /** Null while it is not open. */
  figures(): LinkFigures | null
}

export function openConnection(source: Source, parts: ConnectionParts): Connection {
  const closing = new AbortController()
  const { events } = parts
  let nodes: readonly WatchedNode[] = []
  let link: ServerLink | null = null
  let isClosed = false
  /** Values still count while it closes; what it says of itself then is of no interest. */
  const guarded: LinkEvents = {
    values: (values, time) => void (isClosed || events.values(values, time)),
    state: (state) => void (closing.signal.aborted || events.state(state)),
    nodes: (outcomes) => void (closing.signal.aborted || events.nodes(outcomes)),
    revised: (what, asked, granted) =>
      void (closing.signal.aborted || events.revised(what, asked, granted)),
  }

  async function open(): Promise<void> {
    await parts.after
    const user = await retry(() => userOf(source), closing.signal, parts.failed)
    if (closing.signal.aborted) return
    link = parts.openLink(linkSettings(source, user, parts.settings), guarded, parts.log)
    link.watch(nodes)
  }
  const opened = open().catch((error) => {
    if (!closing.signal.aborted) parts.failed(error)
  })

  return {
    watch(wanted) {
      nodes = wanted
      link?.watch(wanted)
    },
    figures: () => link?.figures() ?? null,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await opened
      await link?.[Symbol.asyncDispose]()
      isClosed = true
    },
  }
}

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
