import { setTimeout as delay } from 'node:timers/promises'
import { type Bus, type Message, mlaCommands, monDerived, monSamplesOf } from '@mla/bus'
import {
  type Cdb,
  derivedLanes,
  derivedPointsOf,
  derivedSource,
  describePoint,
  laneOf,
} from '@mla/cdb'
import { type Life, retry } from '@mla/kit'
import {
  createRedelivery,
  type Micros,
  microsOfMillis,
  type PointId,
  type Sample,
  type SampleBatch,
} from '@mla/model'
import { createProcessor, type Processor } from '@mla/processing'
import { createAlarmFeed } from './alarm-feed.ts'
import { readState, writeState } from './processing-state.ts'
import type { FeedReport } from './report-feed.ts'
import type { ProcessingReport } from './report-processing.ts'

export interface ProcessParts {
  readonly bus: Bus
  /** The configuration in force; null before there is one. */
  readonly configuration: () => Cdb | null
  readonly report: ProcessingReport
  readonly feedReport: FeedReport
  /** What the archive has last of some points. */
  readonly latest: (points: readonly PointId[]) => Promise<ReadonlyMap<PointId, Sample>>
  readonly nowMs: () => number
}

const saveEveryMs = 60_000
const refreshEveryMs = 500
const lookEveryMs = 1_000
/** Messages of the same moment that partitions may have in another order. */
const overlapMicros = 60_000_000
const group = 'mon-processing'
/** What waits so long comes in fewer pieces, and an alarm is hardly later. */
const soon = { fetchBytes: 64 * 1024, fetchWithinMs: 50 }

/**
 * Makes the derived points of `mon.samples` and sends them to `mon.derived`, and the points that alarms
 * read to `alarm.plugins`, in one process at a time: the bus gives the one partition of `mla.commands` to one member of the group, and to another
 * when that is gone. Who takes over begins where the state of its predecessor ends.
 */
export async function processSamples(parts: ProcessParts, { signal }: Life): Promise<void> {
  let term: AbortController | null = null
  let running: Promise<void> = Promise.resolve()
  const end = () => {
    term?.abort()
    term = null
  }
  const consumer = parts.bus.consume(mlaCommands, group, signal)
  try {
    for await (const delivery of consumer) {
      if (delivery.kind === 'batch') {
        await consumer.commit([delivery.next], delivery.assignment).catch(() => false)
        continue
      }
      const isHeld = delivery.partitions.length > 0
      if (isHeld === (term !== null)) continue
      parts.report.active(isHeld)
      end()
      if (!isHeld) continue
      term = new AbortController()
      const during = AbortSignal.any([term.signal, signal])
      running = running.then(() => serve(parts, during))
    }
  } finally {
    end()
    await running
  }
}

/** Processes until it is over, again from the last state when the bus was away. */
async function serve(parts: ProcessParts, signal: AbortSignal): Promise<void> {
  const work = () => follow(parts, signal)
  await retry(work, signal, (error) => parts.report.failed(error)).catch((error: unknown) => {
    if (!signal.aborted) parts.report.failed(error)
  })
}

async function follow(parts: ProcessParts, signal: AbortSignal): Promise<void> {
  const { bus, nowMs, report, configuration } = parts
  const now = () => microsOfMillis(nowMs())
  await untilDeclared(parts, signal)
  if (signal.aborted) return
  const before = await readState(bus, signal)
  const epoch = now()
  const positions = new Map(Object.entries(before?.positions ?? {}))
  // The partition that is furthest behind tells from where on to read; offsets tell what is in.
  const times = [...positions.values()].map(({ time }) => time)
  const since = times.length === 0 ? now() : Math.min(...times)
  const cameBefore = createRedelivery()
  const send = createSender(bus, epoch)
  const { feedReport, latest } = parts
  await using feed = createAlarmFeed(
    { bus, report: feedReport, now, latest, signal },
    before?.alarms ?? {},
  )
  let version: string | null = null
  let processor: Processor | null = null
  let [saved, refreshed, turn] = [nowMs(), nowMs(), 0]

  function prepare(): void {
    const cdb = configuration()
    if (cdb === null || cdb.version === version) return
    const points = derivedPointsOf(cdb)
    const known = processor === null ? before?.state : processor.save()
    processor = createProcessor({ points, describe: (id) => describePoint(cdb, id) })
    if (known !== undefined) processor.load(known)
    version = cdb.version
    report.configured(points.length)
    feed.configure(cdb)
  }
  async function take(messages: readonly Message<SampleBatch>[]): Promise<void> {
    const made: Sample[] = []
    for (const { partition, offset, appendTime, record } of messages) {
      if (offset <= (positions.get(String(partition))?.offset ?? -1)) continue
      positions.set(String(partition), { offset, time: appendTime })
      if (cameBefore(record) || processor === null) continue
      feed.take(record.lane, record.samples, appendTime)
      const derived = [...processor.take(record, appendTime)]
      feed.take(record.lane, derived, appendTime)
      for (const sample of derived) made.push(sample)
    }
    await feed.room()
    if (made.length === 0) return
    await send(made)
    report.sent(made.length)
  }

  async function save(): Promise<void> {
    saved = nowMs()
    if (processor === null) return
    report.counted(processor.takeCounts())
    const whole = {
      ...{ positions: Object.fromEntries(positions), state: processor.save() },
      alarms: feed.save(),
    }
    await writeState(bus, whole, { turn: turn++, by: `${group} ${epoch}`, now: now() })
  }

  // Before the first batch is read: what nobody wants is left out of it.
  prepare()
  const wanted = monSamplesOf((point) => (processor?.wants(point) ?? false) || feed.wants(point))
  for await (const followed of bus.follow(wanted, since - overlapMicros, signal, soon)) {
    prepare()
    if (followed.kind === 'batch') await take(followed.messages)
    if (nowMs() - refreshed >= refreshEveryMs) {
      feed.refresh()
      refreshed = nowMs()
    }
    if (nowMs() - saved >= saveEveryMs) await save()
  }
  await save()
}

/** Without derived points and alarms nothing is read. */
async function untilDeclared({ configuration }: ProcessParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const cdb = configuration()
    if ((cdb?.alarms?.inputs.length ?? 0) > 0) return
    if (cdb?.points.values().some(({ derived }) => derived !== null)) return
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Sends derived samples, each point in a lane of its own choice, in order. */
function createSender(bus: Pick<Bus, 'publish'>, epoch: Micros) {
  const sequences = new Map<number, number>()
  return async (samples: readonly Sample[]): Promise<void> => {
    const lanes = new Map<number, Sample[]>()
    for (const sample of samples) {
      const lane = laneOf(sample.point, derivedLanes)
      const known = lanes.get(lane)
      if (known) known.push(sample)
      else lanes.set(lane, [sample])
    }
    const batches = [...lanes].map(([partition, inLane]) => {
      const sequence = sequences.get(partition) ?? 0
      sequences.set(partition, sequence + 1)
      const key = `${derivedSource}.${partition}`
      const identity = { collector: group, epoch, sequence, source: derivedSource, lane: key }
      return { key, partition, record: { ...identity, samples: inLane } }
    })
    await bus.publish(monDerived, batches)
  }
}
