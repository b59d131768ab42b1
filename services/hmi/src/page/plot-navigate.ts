import { serverNow } from './api.ts'
import { maxSpan, type Range } from './permalink.ts'

const minSpan = 10

/** The range as it is now, in milliseconds. */
export function boundsOf(range: Range): { readonly from: number; readonly to: number } {
  if (range.kind === 'fixed') return range
  const to = serverNow()
  return { from: to - range.span, to }
}

/** A range `factor` times as wide around the place `at` (0 left, 1 right); live stays live at its end. */
export function zoomed(range: Range, factor: number, at: number): Range {
  const { from, to } = boundsOf(range)
  const span = Math.max(minSpan, Math.min(maxSpan, (to - from) * factor))
  if (range.kind === 'live' && at > 0.85) return { kind: 'live', span: Math.max(1000, span) }
  const fixed = from + (to - from) * at
  return endingNow({ kind: 'fixed', from: fixed - span * at, to: fixed + span * (1 - at) })
}

/** The range moved by `share` of its width; moved up to the present it follows it. */
export function panned(range: Range, share: number): Range {
  const { from, to } = boundsOf(range)
  const by = (to - from) * share
  return endingNow({ kind: 'fixed', from: from + by, to: to + by }, share > 0)
}

/** No range lies wholly in the future; one moved beyond the present follows it. */
function endingNow(range: { kind: 'fixed'; from: number; to: number }, follow = false): Range {
  const now = serverNow()
  if (range.to <= now) return range
  const span = range.to - range.from
  return follow ? { kind: 'live', span } : { kind: 'fixed', from: now - span, to: now }
}

interface Navigation {
  readonly range: () => Range
  /** `begins` when this is a new gesture, to which "back" returns. */
  readonly change: (range: Range, begins: boolean) => void
  readonly back: () => void
}

const gestureMs = 600

/** Wheel to zoom, shift or the middle button and drag to pan, and the keys, on the plot. */
export function navigatePlot(host: HTMLElement, { range, change, back }: Navigation): void {
  let lastWheel = 0
  const placeOf = (clientX: number): number => {
    const over = host.querySelector('.u-over')?.getBoundingClientRect()
    return over ? Math.max(0, Math.min(1, (clientX - over.left) / over.width)) : 0.5
  }

  host.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const begins = event.timeStamp - lastWheel > gestureMs
      lastWheel = event.timeStamp
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        change(panned(range(), event.deltaX / 1000), begins)
        return
      }
      const factor = Math.min(3, Math.max(1 / 3, 1.0015 ** event.deltaY))
      change(zoomed(range(), factor, placeOf(event.clientX)), begins)
    },
    { passive: false },
  )

  host.addEventListener('pointerdown', (event) => {
    if (!(event.button === 1 || (event.button === 0 && event.shiftKey))) return
    event.preventDefault()
    host.setPointerCapture(event.pointerId)
    const start = range()
    const grabbed = placeOf(event.clientX)
    let begins = true
    const move = (moving: PointerEvent): void => {
      change(panned(start, grabbed - placeOf(moving.clientX)), begins)
      begins = false
    }
    host.addEventListener('pointermove', move)
    const end = (): void => host.removeEventListener('pointermove', move)
    host.addEventListener('pointerup', end, { once: true })
    host.addEventListener('pointercancel', end, { once: true })
  })

  host.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => change(panned(range(), -0.25), true),
      ArrowRight: () => change(panned(range(), 0.25), true),
      '+': () => change(zoomed(range(), 0.5, 0.5), true),
      '-': () => change(zoomed(range(), 2, 0.5), true),
      Backspace: back,
    }
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
}
