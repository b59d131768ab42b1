import { byId } from './dom.ts'

/** The past moment in an address (`?at=2026-11-21T03:00:00Z`), in milliseconds; null for the present. */
export function momentOf(search: string): number | null {
  const at = Date.parse(new URLSearchParams(search).get('at') ?? '')
  return Number.isNaN(at) || at > Date.now() ? null : at
}

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
  // A past moment is typed digit by digit: it counts when the field is left, or with Enter.
  const take = (): void => {
    const moment = Date.parse(`${input.value}Z`)
    if (!Number.isNaN(moment) && moment !== shownMoment) go(moment < Date.now() ? moment : null)
  }
  input.addEventListener('change', () => {
    if (document.activeElement !== input) take()
  })
  input.addEventListener('blur', take)
  input.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') take()
  })
  live.addEventListener('click', () => go(null))
  live.hidden = shownMoment === null
  if (shownMoment === null) return
  input.value = new Date(shownMoment).toISOString().slice(0, 19)
  document.body.classList.add('past')
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.site a')) {
    link.href = `${link.pathname}?at=${new Date(shownMoment).toISOString().slice(0, 19)}Z`
  }
}
