/** Something that makes one output of some inputs: an ASCE of a DASU, or a DASU of a system. */
export interface Producer {
  readonly id: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface Topology {
  /** Producers by level: those of level 0 need nothing of another one, and so on. */
  readonly levels: readonly (readonly string[])[]
  /** Rings of producers that need each other, wherever they hide; each ring once. */
  readonly cycles: readonly (readonly string[])[]
}

/** Orders producers by Kahn's algorithm, which also finds rings that no input reaches. */
export function topologyOf(producers: readonly Producer[]): Topology {
  const makerOf = new Map<string, string>()
  for (const { id, outputs } of producers) for (const output of outputs) makerOf.set(output, id)
  const needs = new Map<string, Set<string>>()
  const users = new Map<string, string[]>()
  for (const { id, inputs } of producers) {
    const makers = new Set(inputs.flatMap((input) => makerOf.get(input) ?? []))
    needs.set(id, makers)
    for (const maker of makers) users.set(maker, [...(users.get(maker) ?? []), id])
  }
  const missing = new Map([...needs].map(([id, makers]) => [id, makers.size]))
  const levels: string[][] = []
  let level = producers.map(({ id }) => id).filter((id) => missing.get(id) === 0)
  while (level.length > 0) {
    levels.push(level)
    const next: string[] = []
    for (const id of level) {
      missing.delete(id)
      for (const user of users.get(id) ?? []) {
        const left = (missing.get(user) ?? 0) - 1
        missing.set(user, left)
        if (left === 0) next.push(user)
      }
    }
    level = next
  }
  return { levels, cycles: cyclesAmong(new Set(missing.keys()), needs) }
}

/** Each of the producers left over needs another one of them: walking that way ends in a ring. */
function cyclesAmong(
  left: ReadonlySet<string>,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const done = new Set<string>()
  for (const start of left) {
    const path: string[] = []
    let id: string | undefined = start
    while (id !== undefined && !done.has(id) && !path.includes(id)) {
      path.push(id)
      id = [...(needs.get(id) ?? [])].find((maker) => left.has(maker))
    }
    if (id !== undefined && path.includes(id)) cycles.push(path.slice(path.indexOf(id)).reverse())
    for (const one of path) done.add(one)
  }
  return cycles
}
