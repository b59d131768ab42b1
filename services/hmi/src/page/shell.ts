import { showAlarmBadge } from './alarm-badge.ts'
import { ApiError, at, request, serverNow } from './api.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { showAge, showClock } from './format.ts'
import { drawBanner } from './header.ts'
import { reloadWhenNew } from './new-version.ts'
import { type Session, signedIn } from './session.ts'
import { createSocket, type Socket } from './socket.ts'
import { setUpTheme } from './theme.ts'
import { setUpTimeCursor, whenMoved } from './time-cursor.ts'
import { setUpViewsMenu } from './views-menu.ts'

/** What every page but the one with the plots begins with. */
export interface Shell {
  readonly link: Socket
  readonly session: Session
  /** UTC, or the time of this computer. */
  readonly zone: () => 'utc' | 'local'
  /** What is wrong, in words; empty when nothing is. */
  report(problem: string): void
  /** Something new came, as of a time in milliseconds. */
  heard(millis: number): void
  /** All of a root field that can be subscribed to, then what changes; at a past moment all of then. */
  follow<T>(field: string, selection: string, take: (items: T) => void): void
}

export interface ShellParts {
  /** Called each second, and when the zone has changed. */
  readonly tick: () => void
  /** After the connection was away. */
  readonly reconnected?: () => void
  /** Nothing new for so long is said; null where silence is usual. */
  readonly silentMs: number | null
}

const retryMs = 3_000

/** Logs in, connects, and keeps the header: freshness, clock, colours, connection. */
export async function openShell({ tick, reconnected, silentMs }: ShellParts): Promise<Shell> {
  setUpTheme()
  setUpTimeCursor()
  setUpViewsMenu()
  const session = await signedIn()
  const fields = new URLSearchParams(location.hash.slice(1))
  let zone: 'utc' | 'local' = fields.get('z') === 'local' ? 'local' : 'utc'
  let newest = 0
  let problem = ''
  let wasOpen = false
  let draw = (): void => {}
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const link = createSocket(`${scheme}://${location.host}/graphql`, ({ kind }) => {
    if (kind === 'open' && wasOpen) {
      badge.reconnected()
      reconnected?.()
    }
    wasOpen ||= kind === 'open'
    draw()
  })
  const badge = showAlarmBadge(link)
  draw = () => {
    const age = newest === 0 ? null : Math.max(0, serverNow() - newest)
    const isSilent = silentMs !== null && at === null && age !== null && age > silentMs
    setText(byId('newest'), age === null ? '—' : showAge(age))
    setAttribute(byId('freshness'), 'class', isSilent ? 'fact bad' : 'fact')
    setText(byId('clock'), `${showClock(serverNow(), zone)} ${zone === 'utc' ? 'UTC' : 'local'}`)
    setText(byId('zone'), zone === 'utc' ? 'UTC' : 'local')
    const isOpen = link.state().kind === 'open'
    setAttribute(byId('link'), 'class', isOpen && !problem ? 'fact' : 'fact bad')
    setText(byId('link-words'), isOpen ? 'connected' : 'not connected')
    drawBanner(link.state(), problem, isSilent ? age : null)
  }
  byId('zone').addEventListener('click', () => {
    zone = zone === 'utc' ? 'local' : 'utc'
    draw()
    tick()
  })
  setInterval(() => {
    draw()
    tick()
  }, 1_000)
  reloadWhenNew()
  draw()
  const report = (words: string): void => {
    problem = words
    draw()
  }
  return {
    ...{ link, session, report },
    zone: () => zone,
    heard(millis) {
      newest = Math.max(newest, millis)
    },
    follow<T>(field: string, selection: string, take: (items: T) => void) {
      const took = (items: T): void => {
        take(items)
        report('')
      }
      if (at !== null) {
        const read = () => readPast<T>(field, selection, took, report)
        void read()
        whenMoved(read)
        return
      }
      link.subscribe({
        query: `subscription { ${field} { ${selection} } }`,
        variables: {},
        next: (data) => took(data[field] as T),
        failed: report,
      })
    },
  }
}

/** Reads a root field as of the page's moment; tries until it is answered. */
async function readPast<T>(
  field: string,
  selection: string,
  take: (items: T) => void,
  report: (problem: string) => void,
): Promise<void> {
  for (;;) {
    try {
      const query = `query ($at: DateTime) { ${field}(at: $at) { ${selection} } }`
      take((await request<Readonly<Record<string, T>>>(query, { at }))[field] as T)
      return
    } catch (error) {
      report(error instanceof ApiError ? error.message : 'The past could not be read.')
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}
