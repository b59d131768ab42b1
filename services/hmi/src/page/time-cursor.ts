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

/** The moment that this page shows; null while it is live. */
export const shownMoment: number | null = momentOf(globalThis.location?.search ?? '')

/** The same page at another moment, or live: the rest of its address stays. */
export function addressAt(moment: number | null, { pathname, search, hash }: Location): string {
  const fields = new URLSearchParams(search)
  if (moment === null) fields.delete('at')
  else fields.set('at', `${new Date(moment).toISOString().slice(0, 19)}Z`)
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
  const step = (by: number): void => go(shownMoment + by < Date.now() ? shownMoment + by : null)
  byId('earlier').addEventListener('click', () => step(-stepMs))
  byId('later').addEventListener('click', () => step(stepMs))
  input.value = momentWords(shownMoment)
  document.body.classList.add('past')
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.site a')) {
    link.href = `${link.pathname}?at=${new Date(shownMoment).toISOString().slice(0, 19)}Z`
  }
}
