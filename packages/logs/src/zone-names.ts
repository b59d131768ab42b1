/**
 * Offsets from UTC, in minutes, of abbreviations that mean one zone to everybody (tz database, RFC 5322).
 * What means several, as IST or CST, or is a word of observatories, as MET, is not here: a time is
 * read right or not at all.
 */
const offsets: Readonly<Record<string, number>> = {
  ...{ UTC: 0, GMT: 0, UCT: 0, WET: 0, WEST: 60, CET: 60, CEST: 120 },
  ...{ EET: 120, EEST: 180, MSK: 180, SAST: 120, JST: 540, KST: 540, HST: -600 },
  ...{ CLT: -240, CLST: -180, AKST: -540, AKDT: -480, PST: -480, PDT: -420, MST: -420, MDT: -360 },
  ...{ EDT: -240, EST: -300, CDT: -300 },
  ...{ ACST: 570, ACDT: 630, AEST: 600, AEDT: 660, AWST: 480, NZST: 720, NZDT: 780 },
}

/** The abbreviations, as a regular expression. */
export const zoneNames = Object.keys(offsets).join('|')

/** `2026-11-21 08:00:01 CET` as its time and the minutes of its zone; null for a stamp without such a name. */
export function splitZoneName(
  text: string,
): { readonly local: string; readonly minutes: number } | null {
  const found = /^(.*\d) ?([A-Z]{3,4})$/s.exec(text)
  const [, local = '', name = ''] = found ?? []
  const minutes = Object.hasOwn(offsets, name) ? offsets[name] : undefined
  return minutes === undefined ? null : { local, minutes }
}
