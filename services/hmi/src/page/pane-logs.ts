import { ApiError, at, millisOf } from './api.ts'
import { element } from './dom.ts'
import { showClock } from './format.ts'
import { loadRecords, recordFields } from './logs-query.ts'
import { createLogStore, filterOf, kindOf, type LogRecord, parseLogHash } from './logs-store.ts'
import type { Pane, PaneParts } from './pane.ts'

const mostRows = 200

/** The newest records of a priority and above, of a source or of all. */
export function createLogsPane({ spec, body, shell, frames, zone }: PaneParts): Pane {
  const [min = 'INFO', source = ''] = spec.items
  const store = createLogStore()
  const said = element('p', { role: 'status' }, 'Reading …')
  const list = element('div')
  body.classList.add('scrolls', 'pane-logs')
  body.tabIndex = 0
  body.setAttribute('role', 'region')
  body.setAttribute('aria-label', 'Log records, the newest first')
  body.append(said, list)
  let asked: AbortController | null = null
  let stop: (() => void) | null = null

  const draw = (): void => {
    said.hidden = store.records.length > 0
    list.replaceChildren(...store.records.slice(0, mostRows).map(rowOf))
  }
  const rowOf = ({ time, priority, source: from, message }: LogRecord): HTMLElement =>
    element(
      'p',
      { class: kindOf(priority) },
      `${showClock(millisOf(time), zone())} `,
      element('b', {}, priority),
      ` ${from}: ${message.split('\n', 1)[0] ?? ''}`,
    )
  const viewOf = () => {
    const to = at === null ? '' : at.slice(0, 19)
    return { ...parseLogHash(''), min, source, to }
  }
  const load = async (): Promise<void> => {
    asked?.abort()
    const current = new AbortController()
    asked = current
    try {
      const { edges } = await loadRecords(viewOf(), null, current.signal)
      store.clear()
      store.older(edges.map(({ node }) => node))
      said.textContent = 'No record.'
      frames.soon(draw)
      if (at === null) follow()
    } catch (error) {
      if (current.signal.aborted) return
      said.textContent =
        error instanceof ApiError ? error.message : 'The records could not be read.'
      said.hidden = false
    }
  }
  const follow = (): void => {
    stop?.()
    const since = store.records[0]?.time ?? new Date(Date.now() - 60_000).toISOString()
    stop = shell.link.subscribe({
      query: `subscription ($filter: LogFilter, $since: DateTime) {
        logs(filter: $filter, since: $since) { ${recordFields} } }`,
      variables: { filter: filterOf(viewOf()), since },
      next(data) {
        store.arrived(data['logs'] as readonly LogRecord[], false)
        frames.soon(draw)
      },
      failed: shell.report,
    })
  }
  void load()
  return {
    setZone: () => frames.soon(draw),
    reload: () => void load(),
    moved: load,
    close() {
      asked?.abort()
      stop?.()
      frames.forget(draw)
    },
  }
}
