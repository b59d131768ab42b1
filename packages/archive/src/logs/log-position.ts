import { MlaError } from '@mla/model'
import type { LogPosition } from '../log-port.ts'

/** The id of a record: time, partition, offset and index, with dots between. */
export const formatLogPosition = ({ time, partition, offset, index }: LogPosition): string =>
  `${time}.${partition}.${offset}.${index}`

/** Throws QUERY_INVALID. */
export function parseLogPosition(text: string): LogPosition {
  const match = /^(-?\d{1,20})\.(\d{1,6})\.(\d{1,16})\.(\d{1,9})$/.exec(text)
  const [time = 0, partition = 0, offset = 0, index = 0] = (match ?? []).slice(1).map(Number)
  if (match) return { time, partition, offset, index }
  throw new MlaError('QUERY_INVALID', `"${text.slice(0, 60)}" is no id or cursor of a log record`)
}

/** Below zero where `a` comes first. */
export const compareLogPositions = (a: LogPosition, b: LogPosition): number =>
  a.time - b.time || a.partition - b.partition || a.offset - b.offset || a.index - b.index
