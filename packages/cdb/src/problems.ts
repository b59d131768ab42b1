import type { Problem } from './cdb.ts'

export type Path = readonly (string | number)[]

/** Where something is written: shared by all points that a template makes of it. */
export interface Place {
  readonly file: string
  readonly path: Path
  /** Where it is known without looking the path up. */
  readonly line?: number
}

/** The line (from 1) of what stands at a path of a file, or of the nearest thing around it. */
export type LineOf = (place: Place) => number | null

export interface Problems {
  /** `about` names the point it was met at, where one text makes many points. */
  add(place: Place, message: string, cure: string, about?: string): void
  readonly count: number
  list(lineOf: LineOf): readonly Problem[]
}

/** Beyond this many, one more says how many were left out. */
const mostListed = 1_000

/** Collects problems; the same one at the same place is one, with a count. */
export function createProblems(): Problems {
  const found = new Map<string, { place: Place; message: string; cure: string; about: string[] }>()
  let leftOut = 0
  return {
    add(place, message, cure, about) {
      const key = `${place.file}\n${place.line ?? ''}\n${place.path.join('\n')}\n${message}`
      const known = found.get(key)
      if (known && about !== undefined) known.about.push(about)
      else if (!known && found.size >= mostListed) leftOut++
      else if (!known) {
        found.set(key, { place, message, cure, about: about === undefined ? [] : [about] })
      }
    },
    get count() {
      return found.size + leftOut
    },
    list(lineOf) {
      const listed = [...found.values()].map(({ place, message, cure, about }) => ({
        file: place.file,
        path: formatPath(place.path),
        line: place.line ?? lineOf(place),
        message: message + aboutText(about),
        cure,
      }))
      listed.sort((a, b) => compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0))
      if (leftOut === 0) return listed
      const message = `${leftOut} more problems are not listed`
      return [...listed, { file: '', path: '', line: null, message, cure: 'cure these first' }]
    },
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function aboutText(about: readonly string[]): string {
  if (about.length === 0) return ''
  return ` (in ${about[0]}${about.length > 1 ? ` and ${about.length - 1} more` : ''})`
}

/** `points.Azimuth/Position.range[0]`; a key with a dot in it is written `["a.b"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/[.[\]\s]|^$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** Problems as people read them: `file:line  path`, what is wrong, what to do. */
export function describeProblems(problems: readonly Problem[], folder = ''): string {
  const base = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`
  return problems
    .map(({ file, line, path, message, cure }) => {
      const place = file === '' ? '' : `${base}${file}${line === null ? '' : `:${line}`}`
      const head = [place, path].filter((part) => part !== '').join('  ')
      return `${head}\n    ${message}\n    ${cure}`.trimStart()
    })
    .join('\n')
}
