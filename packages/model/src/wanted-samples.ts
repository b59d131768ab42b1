import type { PointId } from './point.ts'
import { status } from './quality.ts'
import type { Sample } from './sample.ts'
import { readBranch, readOptional, readSample, readValue } from './sample-batch.ts'
import type { Micros } from './time.ts'
import { scalarTypes } from './value.ts'
import { AvroReader } from './wire-reader.ts'

/**
 * The samples of the wanted points, and of all others the newest alone: it tells how far the clock of
 * their lane has come. Who wants few of 20,000 points is spared the making of the rest.
 */
export function readWantedSamples(
  reader: AvroReader,
  wants: (point: PointId) => boolean,
): readonly Sample[] {
  const samples: Sample[] = []
  let [newest, at] = [Number.NEGATIVE_INFINITY, -1]
  reader.each(() => {
    const start = reader.at
    const point = reader.name()
    if (wants(point)) {
      samples.push(readSample(reader, point))
      return
    }
    const time = passSample(reader)
    if (time <= newest) return
    newest = time
    at = start
  })
  if (at >= 0) samples.push(readSample(new AvroReader(reader.source, at)))
  return samples
}

/** Reads over what follows the name; answers the sample's time, minus infinity for a gap marker. */
function passSample(reader: AvroReader): Micros {
  const sourceTime = readOptional(reader)
  const serverTime = readOptional(reader)
  const collectedTime = reader.number()
  const code = reader.number()
  const scalar = scalarTypes[reader.number()]
  if (scalar === undefined) throw reader.fail('a value type that this version does not know')
  reader.boolean()
  const value = readValue(reader, scalar)
  if (readBranch(reader, 2) === 1) reader.skip(reader.number())
  if (value === null && code === status.badNoCommunication) return Number.NEGATIVE_INFINITY
  // A stamp ahead of the collector's clock is no later than that.
  return Math.min(sourceTime ?? serverTime ?? collectedTime, collectedTime)
}
