import { byId } from './dom.ts'

/** The past moment in an address (`?at=2026-11-21T03:00:00Z`), in milliseconds; null for the present. */
export function momentOf(search: string): number | null {
  const at = Date.parse(new URLSearchParams(search).get('at') ?? '')
  return Number.isNaN(at) || at > Date.now() ? null : at
}

const minuteMs = 60_000
const stepMs = 5 * minuteMs
const unitMs: Readonly<Record<string, number>> = {
  m: minuteMs,
  h: 60 * minuteMs,
  d: 1440 * minuteMs,
}

/**
 * What a person typed, in UTC: a date with or without a time, a time of the last 24 hours, or how
 * long ago (`-90m`, `-2h`, `-1d`). Null for what is none of these.
 */
export function momentTyped(text: string, now: number): number | null {
  const words = text.trim()
  const ago = /^-(\d+(?:\.\d+)?)([mhd])$/.exec(words)
  if (ago) return now - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0)
  if (/^\d\d?:\d\d(:\d\d)?$/.test(words)) {
    const today = new Date(now).toISOString().slice(0, 10)
    const then = Date.parse(`${today}T${words.padStart(words.length < 6 ? 5 : 8, '0')}Z`)
    return Number.isNaN(then) ? null : then > now ? then - 1440 * minuteMs : then
  }
  const date = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?$/.exec(words)
  const then = date ? Date.parse(`${date[1]}T${date[2] ?? '00:00'}Z`) : Number.NaN
  return Number.isNaN(then) ? null : then
}

/** As `momentTyped` reads it back. */
export const momentWords = (moment: number): string =>
  new Date(moment).toISOString().slice(0, 19).replace('T', ' ')

/** The moment that this page shows; null while it is live. It moves on while the past is played. */
export let shownMoment: number | null = momentOf(globalThis.location?.search ?? '')

/** Seconds of the past in a second, by which a page can play on; 0 stands still. */
export const speeds = [0, 1, 10, 60] as const

/** The speed in an address (`&play=10`). */
export const speedOf = (search: string): number =>
  speeds.find((speed) => String(speed) === new URLSearchParams(search).get('play')) ?? 0

const movedListeners = new Set<() => void>()

/** Calls when the page has played on to another moment, about once a second. */
export const onMoved = (moved: () => void): void => void movedListeners.add(moved)

/**
 * As `onMoved`, for what takes its time: what is under way is not asked for again, and at its end
 * only the newest moment is.
 */
export function whenMoved(read: () => Promise<void>): void {
  let isReading = false
  let isLate = false
  const readAll = async (): Promise<void> => {
    isReading = true
    while (isLate) {
      isLate = false
      await read().catch(() => undefined)
    }
    isReading = false
  }
  onMoved(() => {
    isLate = true
    if (!isReading) void readAll()
  })
}

/** The same page at another moment, or live: the rest of its address stays. */
export function addressAt(moment: number | null, { pathname, search, hash }: Location): string {
  const fields = new URLSearchParams(search)
  if (moment === null) {
    fields.delete('at')
    fields.delete('play')
  } else fields.set('at', `${new Date(moment).toISOString().slice(0, 19)}Z`)
  const query = fields.toString().replaceAll('%3A', ':')
  return `${pathname}${query === '' ? '' : `?${query}`}${hash}`
}

/** The control of the header: a moment turns the page to it, and the other pages with it. */
export function setUpTimeCursor(): void {
  const input = byId<'input'>('moment')
  const live = byId<'button'>('live')
  const go = (moment: number | null): void => location.assign(addressAt(moment, location))
  const take = (): void => {
    const words = input.value.trim()
    const moment = words === '' || words === 'now' ? null : momentTyped(words, Date.now())
    const isWrong = moment === null && words !== '' && words !== 'now'
    input.setCustomValidity(isWrong ? input.title : '')
    if (isWrong) input.reportValidity()
    else if (moment !== shownMoment) go(moment !== null && moment < Date.now() ? moment : null)
  }
  input.addEventListener('input', () => input.setCustomValidity(''))
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') take()
  })
  live.addEventListener('click', () => go(null))
  live.hidden = shownMoment === null
  byId('steps').hidden = shownMoment === null
  if (shownMoment === null) return
  const step = (by: number): void => {
    const moment = (shownMoment ?? Date.now()) + by
    go(moment < Date.now() ? moment : null)
  }
  byId('earlier').addEventListener('click', () => step(-stepMs))
  byId('later').addEventListener('click', () => step(stepMs))
  document.body.classList.add('past')
  showMoment(shownMoment, input)
  playOn(shownMoment, input)
}

/** In the control, and in the ways to the other pages. */
function showMoment(moment: number, input: HTMLInputElement): void {
  if (document.activeElement !== input) input.value = momentWords(moment)
  const speed = speedOf(location.search)
  const play = speed === 0 ? '' : `&play=${speed}`
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.site a')) {
    link.href = `${link.pathname}?at=${new Date(moment).toISOString().slice(0, 19)}Z${play}`
  }
}

const tickMs = 1_000

/** Moves the moment on at the chosen speed; at the present the page becomes live. */
function playOn(begin: number, input: HTMLInputElement): void {
  const select = byId<'select'>('play')
  select.value = String(speedOf(location.search))
  let moment = begin
  let tickedAt = Date.now()
  const write = (): void => {
    const fields = new URLSearchParams(location.search)
    if (select.value === '0') fields.delete('play')
    else fields.set('play', select.value)
    const address = { pathname: location.pathname, search: `?${fields}`, hash: location.hash }
    history.replaceState(null, '', addressAt(moment, address as Location))
    showMoment(moment, input)
  }
  select.addEventListener('change', write)
  setInterval(() => {
    const passed = Date.now() - tickedAt
    tickedAt = Date.now()
    if (select.value === '0' || document.hidden) return
    moment += Number(select.value) * passed
    if (moment >= Date.now()) {
      location.assign(addressAt(null, location))
      return
    }
    shownMoment = moment
    write()
    for (const moved of movedListeners) moved()
  }, tickMs)
}
