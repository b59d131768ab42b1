import { ApiError, request } from './api.ts'
import { byId, element } from './dom.ts'
import type { LogRecord } from './logs-store.ts'

interface Whole extends LogRecord {
  readonly [name: string]: unknown
}

const all = `id time receivedTime priority source host process thread file line routine audience
  message fields raw`
const around = 20

/** All that a record says, and on request what lies around it. */
export async function showDetail(id: string, jump: (time: string) => void): Promise<void> {
  const host = byId('detail')
  host.hidden = false
  host.replaceChildren('Reading the record …')
  try {
    const query = `query ($id: ID!) { logContext(id: $id, before: 0, after: 0) { ${all} } }`
    const { logContext } = await request<{ logContext: readonly Whole[] }>(query, { id })
    const record = logContext.find((one) => one.id === id)
    if (!record) return host.replaceChildren('The record is not in the archive any more.')
    const close = element('button', { type: 'button' }, 'Close')
    close.addEventListener('click', () => {
      host.hidden = true
    })
    const context = element('button', { type: 'button' }, 'What lies around it')
    const list = element('div')
    context.addEventListener('click', () => void showContext(id, list))
    const until = element('button', { type: 'button' }, 'Jump to its time')
    until.addEventListener('click', () => jump(record.time))
    host.replaceChildren(element('p', {}, close, ' ', context, ' ', until), listOf(record), list)
  } catch (error) {
    host.replaceChildren(error instanceof ApiError ? error.message : 'It could not be read.')
  }
}

function listOf(record: Whole): HTMLElement {
  const rows = Object.entries(record).flatMap(([name, value]) => {
    if (value === null || name === 'fields') return []
    return [element('dt', {}, name), element('dd', {}, String(value))]
  })
  const fields = Object.entries((record['fields'] ?? {}) as Record<string, unknown>)
  for (const [name, value] of fields) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    rows.push(element('dt', {}, name), element('dd', {}, text))
  }
  return element('dl', {}, ...rows)
}

async function showContext(id: string, list: HTMLElement): Promise<void> {
  try {
    const query = `query ($id: ID!) {
      logContext(id: $id, before: ${around}, after: ${around}) { id time priority source message } }`
    const { logContext } = await request<{ logContext: readonly LogRecord[] }>(query, { id })
    const lines = logContext.map((one) => {
      const text = `${one.time} ${one.priority} ${one.source}: ${one.message}`
      return element('dd', {}, one.id === id ? element('b', {}, text) : text)
    })
    list.replaceChildren(element('dl', {}, ...lines.flatMap((line) => [element('dt'), line])))
  } catch (error) {
    list.replaceChildren(error instanceof ApiError ? error.message : 'It could not be read.')
  }
}
