import type { Micros } from '@mla/model'
import { type Bell, createBell } from '../bell.ts'
import type { Lost } from '../lost.ts'
import type { TopicDefinition } from '../port.ts'
import { createGroup, type Group } from './group.ts'
import { createPartitionLog, type Entry, type PartitionLog } from './partition-log.ts'

export interface RetentionSettings {
  /** Upper bound of what one topic holds; beyond it the oldest goes, read or not. */
  readonly maxTopicBytes: number
  /** What every group has committed goes after this. */
  readonly keepReadMs: number
}

/** One topic: its logs, its groups, and what keeps it bounded. */
export interface TopicStore {
  readonly logs: readonly PartitionLog[]
  /** Rings when something was appended, and when a group changed. */
  readonly bell: Bell
  group(name: string): Group
  append(partition: number, entry: Omit<Entry, 'offset' | 'appendTime'>, now: Micros): void
}

export function createTopicStore(
  { name, settings }: TopicDefinition,
  retention: RetentionSettings,
  onLost: (lost: Lost) => void,
): TopicStore {
  const logs = Array.from({ length: settings.partitions }, createPartitionLog)
  const groups = new Map<string, Group>()
  const bell = createBell()
  let bytes = 0

  /** The partition that holds the oldest message. */
  const oldestPartition = (): number => {
    let oldest = 0
    let time = Number.POSITIVE_INFINITY
    logs.forEach((log, partition) => {
      const appended = log.oldest()?.appendTime ?? Number.POSITIVE_INFINITY
      if (appended < time) [oldest, time] = [partition, appended]
    })
    return oldest
  }
  const isRead = (partition: number, offset: number) =>
    groups.size > 0 && [...groups.values()].every((group) => group.committed(partition) > offset)

  const drop = (partition: number, lost: Map<string, Lost>) => {
    const log = logs[partition]
    const before = log?.bytes ?? 0
    const entry = log?.drop()
    if (!log || !entry) return
    bytes += log.bytes - before
    for (const [group, state] of groups) {
      if (state.committed(partition) > entry.offset) continue
      const id = `${partition} ${group}`
      const sum = lost.get(id) ?? { topic: name, group, partition, messages: 0 }
      lost.set(id, { ...sum, messages: sum.messages + 1 })
    }
  }
  const isStale = (partition: number, now: Micros): boolean => {
    const oldest = logs[partition]?.oldest()
    if (!oldest) return false
    const ageMs = (now - oldest.appendTime) / 1000
    if (settings.retentionMs !== null && ageMs > settings.retentionMs) return true
    return ageMs > retention.keepReadMs && isRead(partition, oldest.offset)
  }
  const retain = (partition: number, now: Micros) => {
    const lost = new Map<string, Lost>()
    while (bytes > retention.maxTopicBytes) drop(oldestPartition(), lost)
    while (isStale(partition, now)) drop(partition, lost)
    for (const sum of lost.values()) onLost(sum)
  }

  return {
    logs,
    bell,
    group(groupName) {
      const known = groups.get(groupName) ?? createGroup(settings.partitions, () => bell.ring())
      groups.set(groupName, known)
      return known
    },
    append(partition, entry, now) {
      const log = logs[partition]
      if (!log) return
      const before = log.bytes
      log.append({ ...entry, appendTime: Math.max(now, log.newest) })
      if (settings.cleanup === 'compact') log.compact()
      bytes += log.bytes - before
      if (settings.cleanup === 'delete') retain(partition, now)
      bell.ring()
    },
  }
}
