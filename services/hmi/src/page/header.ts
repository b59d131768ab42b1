import { clock, serverNow } from './api.ts'
import { byId, setAttribute, setText } from './dom.ts'
import { showAge, showClock } from './format.ts'
import type { LinkState } from './socket.ts'

export interface Health {
  readonly link: LinkState
  /** What the API last complained about; empty while it answers. */
  readonly problem: string
  readonly points: number
  readonly qualities: Uint8Array
  /** Milliseconds of the newest sample; 0 before the first. */
  readonly newest: number
  readonly zone: 'utc' | 'local'
}

/** No sample at all for so long means that the array's data do not arrive. */
const silentMs = 10_000
/** A short interruption is not worth an alarm; longer ones are said in words. */
const graceMs = 400

/** Writes the state of everything into the header, once a second and on each change. */
export function drawHeader({ link, problem, points, qualities, newest, zone }: Health): void {
  const bad = count(qualities, 3)
  const uncertain = count(qualities, 2)
  setText(byId('count-points'), points.toLocaleString('en').replaceAll(',', ' '))
  tell('count-bad', bad, 'bad')
  tell('count-uncertain', uncertain, 'uncertain')
  const age = newest === 0 ? null : serverNow() - newest
  setText(byId('newest'), age === null ? '—' : showAge(age))
  const isSilent = age !== null && age > silentMs
  setAttribute(
    byId('newest').parentElement ?? byId('newest'),
    'class',
    isSilent ? 'fact bad' : 'fact',
  )
  setText(byId('clock'), `${showClock(serverNow(), zone)} ${zone === 'utc' ? 'UTC' : 'local'}`)
  const isOpen = link.kind === 'open'
  const state = byId('link')
  setAttribute(state, 'class', isOpen && !problem ? 'fact' : 'fact bad')
  setText(byId('link-words'), isOpen ? 'connected' : 'not connected')
  drawBanner(link, problem, isSilent && age !== null ? age : null)
}

const count = (qualities: Uint8Array, wanted: number): number => {
  let sum = 0
  for (const quality of qualities) if (quality === wanted) sum++
  return sum
}

function tell(id: string, number: number, kind: 'bad' | 'uncertain'): void {
  setText(byId(id), String(number))
  const fact = byId(id).parentElement
  if (fact) setAttribute(fact, 'class', number > 0 ? `fact ${kind}` : 'fact')
}

export function drawBanner(link: LinkState, problem: string, silentFor: number | null): void {
  const text = bannerWords(link, problem, silentFor)
  const banner = byId('banner')
  setAttribute(banner, 'data-shown', String(text !== ''))
  setText(byId('banner-words'), text)
  document.body.classList.toggle('frozen', text !== '' && link.kind !== 'open')
}

function bannerWords(link: LinkState, problem: string, silentFor: number | null): string {
  const lost = Date.now() - link.since
  if (link.kind !== 'open' && (link.kind === 'waiting' || lost > graceMs)) {
    const wait = Math.max(0, Math.ceil((link.retryAt - Date.now()) / 1000))
    const next = link.kind === 'waiting' && wait > 0 ? `next try in ${wait} s` : 'trying now'
    return `No connection: the values are not live (${next}). If it lasts, check the network, then the HMI service.`
  }
  if (problem) return problem
  if (silentFor !== null)
    return `No new value for ${showAge(silentFor)}. The HMI runs; check the collectors and the message bus.`
  if (clock.offsetMs !== 0 && Math.abs(clock.offsetMs) > 60_000)
    return `This computer's clock is off by ${showAge(Math.abs(clock.offsetMs))}: times are shown by the server's.`
  return ''
}
