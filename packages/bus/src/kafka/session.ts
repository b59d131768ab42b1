import { MlaError } from '@mla/model'
import type { Batch, EachBatchPayload, Kafka, Consumer as KafkajsConsumer } from 'kafkajs'
import type { Assignment, CommitNow, Offer } from './assignment.ts'
import { protocolErrorOf, within } from './failure.ts'

/** What a session tells the one who runs it. */
export interface SessionEvents {
  /** New partitions; the assignment before it is over. Called before anything is fetched. */
  assigned(partitions: readonly number[], consumer: KafkajsConsumer): Assignment
  offered(offer: Offer): void
  withdrawn(offer: Offer): void
  over(assignment: Assignment): void
  /** Messages that were gone before they could be read. */
  lost(partition: number, messages: number): void
}

export interface SessionSettings {
  readonly topic: string
  readonly groupId: string
  readonly sessionMs: number
  readonly fetchBytes: number
  /** How long a fetch waits for them, and so how long leaving a quiet topic takes at most. */
  readonly fetchWithinMs: number
  readonly maxFetchBytes: number
}

/** One kafkajs consumer, from its start until it fails or is ended. */
export interface Session {
  /** Settles when it has failed: with why. */
  readonly failed: Promise<unknown>
  commit: CommitNow
  end(): Promise<void>
}

const heartbeatMs = 2_000
const endWithinMs = 5_000

/** An error that makes kafkajs join the group anew: its type is what its runner looks at. */
const rejoin = (): Error =>
  Object.assign(new Error('the assignment is over'), { type: 'REBALANCE_IN_PROGRESS' })

/** An error that makes kafkajs fetch again, in the same assignment. */
const refetch = (): Error => new Error('the batch does not begin where the last one ended')

export function startSession(
  kafka: Kafka,
  settings: SessionSettings,
  events: SessionEvents,
): Session {
  const { topic, groupId, sessionMs, fetchBytes, fetchWithinMs, maxFetchBytes } = settings
  const failed = Promise.withResolvers<unknown>()
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: Math.max(30_000, sessionMs),
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: fetchWithinMs,
    minBytes: fetchBytes,
    maxBytes: maxFetchBytes,
    maxBytesPerPartition: maxFetchBytes / 4,
    allowAutoTopicCreation: false,
    metadataMaxAge: 60_000,
    // While it retries it stays the same member, which comes back at once; a crash ends the session
    // and its owner begins a new one, whose join waits until the old member has timed out.
    retry: { retries: 30, maxRetryTime: 1_000, restartOnFailure: async () => false },
  })
  let current: Assignment | null = null
  let pending: { readonly offer: Offer; fail(error: Error): void } | null = null
  let commitNow: EachBatchPayload['commitOffsetsIfNecessary'] | null = null
  let isEnding = false
  let alive = Date.now()
  const isAlive = () => {
    alive = Date.now()
  }

  const endAssignment = (error: Error): void => {
    if (current && !current.isOver) {
      current.isOver = true
      events.over(current)
    }
    commitNow = null
    pending?.fail(error)
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    isAlive()
    // Batches of the old assignment may still come; these are fetched anew, not joined for anew.
    endAssignment(refetch())
    if (isEnding) return
    current = events.assigned(payload.memberAssignment[topic] ?? [], consumer)
  })
  consumer.on(consumer.events.FETCH, isAlive)
  consumer.on(consumer.events.HEARTBEAT, isAlive)
  consumer.on(consumer.events.CRASH, ({ payload }) => failed.resolve(payload.error))

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const assignment = current
    if (isEnding) return
    if (!assignment || assignment.isOver) throw rejoin()
    commitNow = payload.commitOffsetsIfNecessary
    const positions = await assignment.positions.catch(() => {
      throw rejoin()
    })
    const { batch } = payload
    verify(assignment, positions, batch, events)
    const next = Number(batch.lastOffset()) + 1
    assignment.ends.set(batch.partition, Number(batch.highWatermark))
    await offer(payload, assignment, next)
    if (isEnding) return
    if (assignment !== current) throw refetch()
    if (assignment.isOver) throw rejoin()
    positions.set(batch.partition, next)
    payload.resolveOffset(batch.lastOffset())
  }

  /** Offers a batch and waits until the loop has done with it, with heartbeats meanwhile. */
  const offer = async (payload: EachBatchPayload, assignment: Assignment, next: number) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const { partition, messages } = payload.batch
    const offered: Offer = { assignment, partition, messages, next, finish: resolve }
    const beat = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        const isKnown = protocolErrorOf(error) === 'UNKNOWN_MEMBER_ID' && error instanceof Error
        endAssignment(isKnown ? error : rejoin())
      })
    }, heartbeatMs)
    pending = { offer: offered, fail: reject }
    events.offered(offered)
    try {
      if (assignment.isOver) throw rejoin()
      await promise
    } finally {
      clearInterval(beat)
      pending = null
      events.withdrawn(offered)
    }
  }

  const run = async (): Promise<void> => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
  }
  const running = run().catch((error: unknown) => failed.resolve(error))

  // Whatever kafkajs has got stuck in: without a sign of life there is a new session.
  const silenceMs = 3 * sessionMs + 30_000
  const watch = setInterval(() => {
    if (Date.now() - alive < silenceMs) return
    const problem = `reading ${topic}: no sign of life for ${silenceMs / 1000} s`
    failed.resolve(new MlaError('BUS_UNAVAILABLE', problem))
  }, 5_000)

  return {
    failed: failed.promise,
    async commit(positions) {
      if (!commitNow) throw rejoin()
      const partitions = positions.map(({ partition, offset }) => ({
        partition,
        offset: String(offset),
      }))
      await commitNow({ topics: [{ topic, partitions }] })
    },
    async end() {
      isEnding = true
      clearInterval(watch)
      const held = pending
      pending = null
      endAssignment(rejoin())
      held?.offer.finish()
      // Ended while it joins, it would become a member that nobody hears.
      const leave = async () => {
        await running
        await consumer.disconnect()
      }
      const left = leave()
      await within(endWithinMs, 'leaving the group', left).catch(() => undefined)
    },
  }
}

/**
 * Nothing may be passed over: a batch that begins behind the position is asked for once more
 * (kafkajs may hold one of an earlier assignment); where it insists, retention has taken the rest.
 */
function verify(
  assignment: Assignment,
  positions: ReadonlyMap<number, number>,
  batch: Batch,
  events: Pick<SessionEvents, 'lost'>,
): void {
  const { partition } = batch
  const position = positions.get(partition)
  const from = 'fetchedOffset' in batch ? Number(batch.fetchedOffset) : Number(batch.firstOffset())
  if (position === undefined || from <= position) return
  if (!assignment.askedAgain.has(partition)) {
    assignment.askedAgain.add(partition)
    throw refetch()
  }
  assignment.askedAgain.delete(partition)
  events.lost(partition, from - position)
}
