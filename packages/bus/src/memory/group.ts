import type { Position } from '../port.ts'

/** One consumer of a group. */
export interface Member {
  /** The generation that it was told its partitions in; 0 before the first. */
  assignment: number
}

/** Consumers that share a topic's partitions, and how far they have committed. */
export interface Group {
  /** Counts the rebalances: every join and leave is one, and ends the assignment before it. */
  readonly generation: number
  join(member: Member): void
  leave(member: Member): void
  partitionsOf(member: Member): readonly number[]
  /** False where the member's assignment is over. */
  commit(member: Member, assignment: number, positions: readonly Position[]): boolean
  /** The offset to read next; 0 where nothing was committed. */
  committed(partition: number): number
}

export function createGroup(partitions: number, changed: () => void): Group {
  const members: Member[] = []
  const offsets = new Map<number, number>()
  let generation = 0
  const rebalance = () => {
    generation++
    changed()
  }
  const owns = (member: Member, partition: number) =>
    members[partition % members.length] === member && partition < partitions
  return {
    get generation() {
      return generation
    },
    join(member) {
      members.push(member)
      rebalance()
    },
    leave(member) {
      const index = members.indexOf(member)
      if (index < 0) return
      members.splice(index, 1)
      rebalance()
    },
    partitionsOf: (member) =>
      Array.from({ length: partitions }, (_, partition) => partition).filter((partition) =>
        owns(member, partition),
      ),
    commit(member, assignment, positions) {
      const isCurrent = assignment === generation && member.assignment === generation
      if (!isCurrent || !positions.every(({ partition }) => owns(member, partition))) return false
      for (const { partition, offset } of positions) offsets.set(partition, offset)
      return true
    },
    committed: (partition) => offsets.get(partition) ?? 0,
  }
}
