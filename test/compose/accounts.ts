import { type CassandraSettings, openCassandra } from '@mla/archive/cassandra'
import { archiveClassOf, type Cdb } from '@mla/cdb'
import { silentLog } from '@mla/kit'
import { until } from '../system/system.ts'
import {
  beginFault,
  type Comparison,
  compare,
  endFaults,
  readTruth,
  type Truth,
  waitingOf,
} from '../system/truth.ts'
import type { Stack } from './stack.ts'

/** What became of the samples that were made while something happened. */
export interface Account {
  readonly happened: string
  readonly sent: number
  readonly archived: number
  readonly lost: number
  readonly doubled: number
  /** Of the lost ones those that no gap marker tells of. */
  readonly unmarked: number
  /** Points of which the number is right and the content is not. */
  readonly differing: number
  readonly seconds: number
}

export interface Books {
  /**
   * Does something under load and lets all that was made meanwhile arrive; then counts. Where the
   * collector ends, its points have a gap, which a marker tells.
   */
  keep(happened: string, happen: () => Promise<void>, isGap?: boolean): Promise<Account>
  /** Holds the archive against what was known at the last count, once more. */
  again(): Promise<Comparison>
  readonly accounts: readonly Account[]
}

/** Lets values flow again after a silence, and waits until they do. */
const flow = async (stack: Stack): Promise<void> => {
  await endFaults(stack.simulatorControl)
  const before = await stack.metric('mon-dispatcher', 'mla_records_received_total')
  const flows = async () =>
    (await stack.metric('mon-dispatcher', 'mla_records_received_total')) > before
  await until('values to flow', flows, 240_000)
}

/** The simulator knows what it made since it was started, so the books begin anew with it. */
export function createBooks(stack: Stack, cdb: Cdb, began: number): Books {
  const accounts: Account[] = []
  let gaps = 0
  let last: { truth: Truth; to: number } | null = null
  let before = { queued: 0, archived: 0, missing: 0, doubled: 0, differing: 0, unexplained: 0 }

  const open = async () => {
    const [{ address } = { address: '' }] = await stack.containers('cassandra')
    const settings: CassandraSettings = {
      ...{ contactPoints: [address], port: 9042, localDataCenter: 'datacenter1', keyspace: 'mla' },
      ...{ consistency: 'one', user: null, passwordFile: null, tlsCa: null },
      requestTimeoutMs: 20_000,
    }
    const classes = [...cdb.archiveClasses.values()]
    const parts = { classes, classOf: (point: string) => archiveClassOf(cdb, point) }
    return openCassandra(settings, parts, silentLog)
  }

  return {
    accounts,
    async keep(happened, happen, isGap = false) {
      if (isGap) gaps += 1
      const started = performance.now()
      await flow(stack)
      const { sessions } = await readTruth(stack.simulatorControl, 'nothing')
      await happen()
      await flow(stack)
      const truth = await silence(stack, sessions)
      last = { truth, to: Date.now() * 1000 }
      await using archive = await open()
      const now = await compare(archive, truth, began, last.to, Math.max(0, gaps - 1))
      const account = {
        happened,
        sent: now.queued - before.queued,
        archived: now.archived - before.archived,
        lost: now.missing - before.missing,
        doubled: now.doubled - before.doubled,
        unmarked: now.unexplained - before.unexplained,
        differing: now.differing - before.differing,
        seconds: Math.round((performance.now() - started) / 1000),
      }
      before = now
      accounts.push(account)
      return account
    },
    async again() {
      if (last === null) throw new Error('nothing was counted yet')
      await using archive = await open()
      return await compare(archive, last.truth, began, last.to, Math.max(0, gaps - 1))
    },
  }
}

/**
 * Stops the making of values and waits until all that were made are in the archive. `sessions` is
 * how many there are when all is well.
 */
async function silence(stack: Stack, sessions: number): Promise<Truth> {
  const { simulatorControl: control } = stack
  await beginFault(control, { kind: 'silence', match: '**', durationS: 3600 })
  await standing('the simulator to hand out all that it queued', async () => {
    const truth = await readTruth(control, 'nothing')
    // The server keeps the session of a killed collector for a while, and queues for it.
    if (truth.sessions > sessions) return Number.NaN
    return waitingOf(truth) > 0 ? Number.NaN : truth.published
  })
  await standing('the dispatcher to read all', async () => {
    const lag = await stack.metric('mon-dispatcher', 'mla_bus_lag_messages')
    const spooled = await stack.metric('opcua-collector', 'mla_spool_bytes')
    if (lag > 0 || spooled > 0) return Number.NaN
    return stack.metric('mon-dispatcher', 'mla_records_received_total')
  })
  // The empty batches of silent lanes carry the log over the next cut.
  const open = () => stack.metric('mon-dispatcher', 'mla_archive_open_samples')
  await until('all to be in the archive', async () => (await open()) === 0, 120_000)
  return readTruth(control)
}

/** Waits until a figure has stood still for some seconds. */
async function standing(what: string, read: () => Promise<number>): Promise<void> {
  let [before, since] = [Number.NaN, 0]
  await until(
    what,
    async () => {
      const now = await read()
      if (now !== before) since = Date.now()
      before = now
      return !Number.isNaN(now) && Date.now() - since > 6000
    },
    300_000,
  )
}
