export const identifierTypes = [
  'MONITORED_SOFTWARE_SYSTEM',
  'PLUGIN',
  'CONVERTER',
  'SUPERVISOR',
  'DASU',
  'ASCE',
  'IASIO',
  'CORETOOL',
  'CLIENT',
] as const
export type IdentifierType = (typeof identifierTypes)[number]

/** What may stand above what; an IASIO also stands alone before it has arrived. */
const parents: Readonly<Record<IdentifierType, readonly (IdentifierType | null)[]>> = {
  MONITORED_SOFTWARE_SYSTEM: [null],
  PLUGIN: ['MONITORED_SOFTWARE_SYSTEM'],
  CONVERTER: ['PLUGIN'],
  SUPERVISOR: [null],
  DASU: ['SUPERVISOR'],
  ASCE: ['DASU'],
  IASIO: ['CONVERTER', 'ASCE', 'CORETOOL', null],
  CORETOOL: [null],
  CLIENT: [null],
}

export interface Identifier {
  readonly id: string
  readonly type: IdentifierType
}

/** Why a text cannot be an identifier; null where it can. Dots would not survive IAS's reader. */
export function identifierFault(id: string): string | null {
  if (id === '') return 'it is empty'
  const bad = /[@:().^]/.exec(id)
  if (bad) return `it has "${bad[0]}" in it; @ : ( ) . and ^ are not allowed`
  const parts = splitInstance(id)
  const rest = parts.base
  if (rest === '' || /\[!#|!\]/.test(rest)) return 'what looks like an instance [!#N!] is not one'
  return null
}

/** `(Sup:SUPERVISOR)@(Dasu:DASU)@(Asce:ASCE)@(Id:IASIO)`: the root first. */
export const formatRunningId = (path: readonly Identifier[]): string =>
  path.map(({ id, type }) => `(${id}:${type})`).join('@')

/** The identifiers of a full running id, root first; null where it is none. */
export function parseRunningId(text: string): readonly Identifier[] | null {
  if (!/^\([^:()]+:[A-Z_]+\)(?:@\([^:()]+:[A-Z_]+\))*$/.test(text)) return null
  const path: Identifier[] = []
  for (const [, id = '', name] of text.matchAll(/\(([^:()]+):([A-Z_]+)\)/g)) {
    const type = identifierTypes.find((one) => one === name)
    if (type === undefined || identifierFault(id) !== null) return null
    if (!parents[type].includes(path.at(-1)?.type ?? null)) return null
    path.push({ id, type })
  }
  return path
}

/** The id of what a full running id names: that of its last couple. */
export const idOfRunningId = (text: string): string | null =>
  parseRunningId(text)?.at(-1)?.id ?? null

const instancePattern = /\[!#(\d{1,9})!\]$/

/** `Temperature[!#3!]` is instance 3 of `Temperature`. */
export function splitInstance(id: string): { base: string; instance: number | null } {
  const match = instancePattern.exec(id)
  if (!match) return { base: id, instance: null }
  return { base: id.slice(0, match.index), instance: Number(match[1]) }
}

export const instanceOf = (base: string, instance: number | null): string =>
  instance === null ? base : `${base}[!#${instance}!]`
