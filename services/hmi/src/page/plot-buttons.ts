import { byId, setText } from './dom.ts'
import type { Range } from './permalink.ts'
import { boundsOf, panned, zoomed } from './plot-navigate.ts'

interface Parts {
  readonly range: () => Range
  readonly goTo: (range: Range, begins: boolean) => void
  readonly back: () => void
  readonly canGoBack: () => boolean
}

/** The buttons above the plot; the answer draws them as they stand. */
export function setUpPlotButtons({ range, goTo, back, canGoBack }: Parts): () => void {
  const spans = [...document.querySelectorAll<HTMLElement>('[data-span]')]
  const spanOf = (button: HTMLElement): number => Number(button.dataset['span']) * 1000

  const actions: Readonly<Record<string, () => void>> = {
    back,
    left: () => goTo(panned(range(), -0.5), true),
    right: () => goTo(panned(range(), 0.5), true),
    in: () => goTo(zoomed(range(), 0.5, 0.5), true),
    out: () => goTo(zoomed(range(), 2, 0.5), true),
    follow() {
      const { from, to } = boundsOf(range())
      if (range().kind === 'live') goTo({ kind: 'fixed', from, to }, true)
      else goTo({ kind: 'live', span: Math.max(1000, to - from) }, true)
    },
  }
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener('click', action)
  for (const button of spans)
    button.addEventListener('click', () => goTo({ kind: 'live', span: spanOf(button) }, true))

  return () => {
    const current = range()
    for (const button of spans) {
      const isOn = current.kind === 'live' && current.span === spanOf(button)
      button.setAttribute('aria-pressed', String(isOn))
    }
    const isLive = current.kind === 'live'
    setText(byId('follow'), isLive ? '❚❚ Pause' : '▶ Live')
    byId('follow').setAttribute('aria-pressed', String(!isLive))
    byId<'button'>('back').disabled = !canGoBack()
  }
}
