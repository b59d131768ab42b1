import type { Archive, LoggedBatch } from '@mla/archive'
import { type Micros, microsPerSecond, type Sample } from '@mla/model'
import { seeded } from '../../system/seeded.ts'

const minute = 60 * microsPerSecond
const hour = 60 * minute

/** Samples as a sensor of 0.01 K gives them, a day of each point at a time. */
export async function fill(
  archive: Archive,
  points: readonly string[],
  from: Micros,
  to: Micros,
  stepSeconds: number,
): Promise<void> {
  const writer = archive.openWriter()
  const random = seeded(1)
  let offset = 0
  for (let begin = from; begin < to; begin += hour * 6) {
    const end = Math.min(to, begin + hour * 6)
    for (const [partition, point] of points.entries()) {
      const batches: LoggedBatch[] = []
      let samples: Sample[] = []
      let opened = begin
      const close = () => {
        if (samples.length > 0) {
          batches.push({ offset: offset++, appendTime: opened, size: samples.length, samples })
        }
        samples = []
      }
      for (let time = begin; time < end; time += stepSeconds * microsPerSecond) {
        if (time - opened >= 5 * minute) {
          close()
          opened = time
        }
        samples.push(sampleOf(point, time + Math.round((random() - 0.5) * 6) * 1000 + 3000, random))
      }
      close()
      await writer.append(partition % 24, batches)
    }
  }
  await writer.flush()
}

function sampleOf(point: string, time: Micros, random: () => number): Sample {
  const value = 20 + 5 * Math.sin(time / 4e9) + (random() - 0.5) * 0.1
  return {
    ...{ point, sourceTime: time, serverTime: time },
    ...{ collectedTime: time + 300_000 + Math.round(random() * 8) * 1000, type: 'double' },
    ...{ value: Math.round(value * 100) / 100, text: null, status: 0 },
  }
}
