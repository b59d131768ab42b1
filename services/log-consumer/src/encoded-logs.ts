import { logRecords, type Topic } from '@mla/bus'
import { type BatchIdentity, createLogBatchCodec } from '@mla/model'

/** A batch of log records as its bytes, walked through once: they are what they should be. */
export interface EncodedLogs extends BatchIdentity {
  readonly bytes: Uint8Array
  readonly records: number
}

const codec = createLogBatchCodec()

/** `log.records` without objects of its records. */
export const encodedLogs: Topic<EncodedLogs> = {
  name: logRecords.name,
  settings: logRecords.settings,
  encode: ({ bytes }) => bytes,
  /** Throws DECODE_FAILED or SCHEMA_UNKNOWN. */
  decode(bytes) {
    const cursor = codec.cursor(bytes)
    let records = 0
    while (cursor.next()) records++
    const { collector, epoch, lane, sequence } = cursor
    return { collector, epoch, lane, sequence, bytes, records }
  },
}

export const cursorOf = ({ bytes }: Pick<EncodedLogs, 'bytes'>) => codec.cursor(bytes)
