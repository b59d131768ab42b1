import assert from 'node:assert/strict'
import { retry } from '@mla/kit'
import type { Bus, Topic } from '../port.ts'

/** Publishes 0, 1, 2 … for each of three keys until aborted; resolves with how many of each. */
export async function writeUntil(
  bus: Bus,
  topic: Topic<string>,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const write = async (partition: number): Promise<number> => {
    for (let number = 0; ; number++) {
      if (signal.aborted) return number
      const record = { key: `key${partition}`, partition, record: String(number) }
      // What was not acknowledged is given again, as a collector does it.
      await retry(
        () => bus.publish(topic, [record]),
        new AbortController().signal,
        () => {},
      )
    }
  }
  return Promise.all([0, 1, 2].map(write))
}

/**
 * Consumes and commits; each key's numbers must come without a gap, though some may come again
 * (then from an earlier one on).
 */
export function readInto(bus: Bus, topic: Topic<string>, signal: AbortSignal) {
  const next = new Map<number, number>()
  let changed = Promise.withResolvers<void>()
  const ended = (async () => {
    const consumer = bus.consume(topic, 'g', signal)
    for await (const delivery of consumer) {
      if (delivery.kind === 'assigned') continue
      for (const { partition, record } of delivery.messages) {
        const expected = next.get(partition) ?? 0
        const number = Number(record)
        assert.ok(number <= expected, `${number} came when ${expected} was due`)
        if (number === expected) next.set(partition, expected + 1)
      }
      await consumer.commit([delivery.next], delivery.assignment).catch((error) => {
        assert.equal(error.code, 'BUS_UNAVAILABLE')
      })
      changed.resolve()
      changed = Promise.withResolvers()
    }
  })()
  const until = async (condition: () => boolean) => {
    while (!condition()) await Promise.race([changed.promise, ended])
  }
  const count = () => [...next.values()].reduce((sum, number) => sum + number, 0)
  return {
    ended,
    count,
    reached: (total: number) => until(() => count() >= total),
    holds: (counts: readonly number[]) =>
      until(() => counts.every((number, partition) => (next.get(partition) ?? 0) >= number)),
  }
}
