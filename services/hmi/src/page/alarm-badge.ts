import { at } from './api.ts'
import { setAttribute, setText } from './dom.ts'
import type { Socket } from './socket.ts'

interface Unseen {
  readonly id: string
  readonly state: string
  readonly annunciation: string
}

const query = `subscription { alarms(filter: { states: [SET_UNACK, CLEAR_UNACK] }) { id state annunciation } }`

/**
 * Says on every page how many alarms wait for somebody, beside the way to them and in the title of
 * the tab. They are those of now, also where the page shows the past.
 */
export function showAlarmBadge(link: Socket): { reconnected(): void } {
  const way = document.querySelector<HTMLElement>('.site a[href^="/alarms"]')
  const title = document.title
  const waiting = new Set<string>()
  let isAnew = true

  const draw = (): void => {
    const words = waiting.size > 0 ? `Alarms ${waiting.size}` : 'Alarms'
    document.title = waiting.size > 0 && at === null ? `(${waiting.size}) ${title}` : title
    if (!way) return
    setText(way, words)
    setAttribute(way, 'class', waiting.size > 0 ? 'calling' : '')
    setAttribute(way, 'title', waiting.size > 0 ? 'Alarms to acknowledge' : '')
  }
  link.subscribe({
    query,
    variables: {},
    next(data) {
      if (isAnew) waiting.clear()
      isAnew = false
      for (const { id, state, annunciation } of data['alarms'] as readonly Unseen[]) {
        if (state.endsWith('UNACK') && annunciation === 'ANNUNCIATED') waiting.add(id)
        else waiting.delete(id)
      }
      draw()
    },
    // A page that says why stands behind the link.
    failed: () => {},
  })
  return {
    reconnected() {
      isAnew = true
    },
  }
}
