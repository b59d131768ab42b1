import type { Point } from './api.ts'

/** Systems against what each of them has: the same name in all of them is one column. */
export interface Comparison {
  readonly systems: readonly string[]
  /** What stands behind the system's name: `Mount/Azimuth/Position`. */
  readonly names: readonly string[]
  /** The point of a system and a name, where there is one. */
  of(system: string, name: string): Point | undefined
}

export function compare(points: readonly Point[]): Comparison {
  const byPlace = new Map<string, Point>()
  const systems = new Set<string>()
  const names = new Set<string>()
  for (const point of points) {
    const [system = '', ...rest] = point.id.split('/')
    const name = rest.join('/')
    systems.add(system)
    names.add(name)
    byPlace.set(`${system}/${name}`, point)
  }
  return {
    systems: [...systems].sort(),
    names: [...names].sort(),
    of: (system, name) => byPlace.get(`${system}/${name}`),
  }
}

/** What all names have in front, up to a slash: it is said once, above the columns. */
export function commonFront(names: readonly string[]): string {
  const [first = '', ...more] = names
  const parts = first.split('/').slice(0, -1)
  for (let length = parts.length; length > 0; length--) {
    const front = `${parts.slice(0, length).join('/')}/`
    if (more.every((name) => name.startsWith(front))) return front
  }
  return ''
}
