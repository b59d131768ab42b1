import { type Bus, logRecords, type Topic } from '@mla/bus'
import { createLogBatchCodec, createRedelivery } from '@mla/model'

const codec = createLogBatchCodec()

/** Encoded batches, without making objects of them. */
const encoded: Topic<Uint8Array> = {
  ...{ name: logRecords.name, settings: logRecords.settings },
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
}

/** Reads `log.records` from its begin, and holds every line's number against those that were sent. */
export async function checkArrived(
  bus: Pick<Bus, 'follow'>,
  sent: readonly number[],
): Promise<{ readonly arrived: number; readonly missing: number; readonly doubled: number }> {
  const seen = sent.map((count) => new Uint8Array(count))
  const cameBefore = createRedelivery()
  const total = sent.reduce((sum, count) => sum + count, 0)
  const stop = new AbortController()
  let [arrived, doubled] = [0, 0]
  for await (const followed of bus.follow(encoded, 0, stop.signal)) {
    if (followed.kind === 'caught-up' || arrived - doubled >= total) {
      stop.abort()
      break
    }
    for (const { record } of followed.messages) {
      const cursor = codec.cursor(record)
      if (cameBefore(cursor)) continue
      while (cursor.next()) {
        const end = cursor.ranges[15] ?? 0
        const connection = (cursor.bytes[end - 11] ?? 0) - 48
        const marks = seen[connection]
        const number = Number(cursor.bytes.toString('latin1', end - 9, end))
        arrived++
        if (marks === undefined) continue
        if (marks[number] === 1) doubled++
        marks[number] = 1
      }
    }
  }
  const missing = seen.reduce((sum, marks) => sum + marks.filter((mark) => mark === 0).length, 0)
  return { arrived, missing, doubled }
}
