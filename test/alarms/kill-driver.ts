import { createBsdbTable, type Iasio, noProperties, noStamps, parseAlarm, wireOf } from '@mla/alarm'
import { alarmActions, alarmBsdb, type Bus, mlaReplies } from '@mla/bus'
import { type CommandReply, type Micros, microsOfMillis } from '@mla/model'

const now = (): Micros => microsOfMillis(Date.now())

/** What should come out of an alarm, and what did: its states in order, with what operators did to them. */
export interface Story {
  readonly alarm: string
  readonly expected: readonly string[]
  readonly seen: readonly string[]
}

export interface Drive {
  /** Lets no alarm begin anything new; resolves when the last thing of each has come out. */
  finish(withinMs: number): Promise<readonly Story[]>
  /** The longest time from a value in the log to what it made of its alarm in the log, in seconds. */
  readonly longestSeconds: number
  readonly changes: number
  /** What ended the drive before its time; null where nothing did. */
  readonly failure: unknown
}

export interface DriveParts {
  readonly bus: Pick<Bus, 'publish' | 'follow'>
  /** `T<n>` above 90 sets `Hot<n>`, which may be shelved. */
  readonly alarms: number
  readonly random: () => number
  /** The mean time between two things that happen to an alarm; half of it is more than a DASU's throttle. */
  readonly pauseMs: number
  readonly signal: AbortSignal
}

/**
 * Sets and clears alarms, acknowledges and shelves them, each alarm one thing after the other, and
 * follows what comes out. An action is asked for again when it expired while nobody was there.
 */
export function driveAlarms({ bus, alarms, random, pauseMs, signal }: DriveParts): Drive {
  const expected = new Map<string, string[]>()
  const seen = new Map<string, string[]>()
  const answers = new Map<string, (reply: CommandReply) => void>()
  let isEnding = false
  let longest = 0
  let changes = 0
  let sequence = 0
  const epoch = now()

  const follow = async (): Promise<void> => {
    const table = createBsdbTable(({ type }) => type === 'ALARM')
    for await (const one of bus.follow(alarmBsdb, epoch, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record, appendTime } of one.messages) {
        for (const { entry } of table.take(record)) take(entry.wire, appendTime)
      }
    }
  }
  const last = new Map<string, Micros>()
  function take(wire: Parameters<typeof wireText>[0] & { id: string }, time: Micros): void {
    const text = wireText(wire)
    const list = seen.get(wire.id) ?? []
    seen.set(wire.id, list)
    if (list.at(-1) === text) return
    list.push(text)
    changes++
    const from = last.get(wire.id)
    if (from !== undefined) longest = Math.max(longest, time - from)
    last.delete(wire.id)
  }
  const followReplies = async (): Promise<void> => {
    for await (const one of bus.follow(mlaReplies, epoch, signal)) {
      if (one.kind === 'caught-up') continue
      for (const { record } of one.messages) answers.get(record.id)?.(record)
    }
  }

  async function send(n: number, value: number): Promise<void> {
    const id = `T${n}`
    const iasio: Iasio = {
      ...{
        id,
        fullRunningId: `(M:MONITORED_SOFTWARE_SYSTEM)@(P:PLUGIN)@(C:CONVERTER)@(${id}:IASIO)`,
      },
      ...{ type: 'DOUBLE', value, mode: 'OPERATIONAL', validity: 'RELIABLE' },
      ...{ stamps: { ...noStamps, production: now() }, dependencies: [], properties: noProperties },
    }
    const record = { producer: 'c', epoch, sequence: sequence++, values: [wireOf(iasio)] }
    last.set(`Hot${n}`, now())
    await bus.publish(alarmBsdb, [{ key: id, record }])
  }

  async function act(n: number, kind: string, until: Micros | null = null): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      const id = `${epoch}-${n}-${kind}-${sequence++}-${attempt}`
      const answered = Promise.withResolvers<CommandReply | null>()
      answers.set(id, answered.resolve)
      signal.addEventListener('abort', () => answered.resolve(null), { once: true })
      const record = { id, time: now(), alarm: `Hot${n}`, kind, user: 'eva', text: 'seen', until }
      last.set(`Hot${n}`, now())
      await bus.publish(alarmActions, [{ key: record.alarm, record }])
      const reply = await answered.promise
      answers.delete(id)
      if (reply === null || reply.accepted) return
      // Done by one whose answer died with it: the successor finds it done. What is seen tells whether it was.
      if (reply.message?.includes('it is not shelved')) return
      // Nobody was there in time: it did not happen, and an operator would try again.
      if (!reply.message?.includes('too late')) throw new Error(`${kind} Hot${n}: ${reply.message}`)
    }
  }

  /** Nobody acts on what is not there to be seen yet. */
  async function looked(n: number, states: readonly string[]): Promise<void> {
    const isSeen = () => (seen.get(`Hot${n}`)?.length ?? 0) >= states.length
    while (!isSeen() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 2))
  }

  /** One alarm: clear, set, perhaps acknowledged or shelved, clear again, perhaps acknowledged. */
  async function live(n: number): Promise<void> {
    const states: string[] = []
    expected.set(`Hot${n}`, states)
    const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + random())))
    await send(n, 1)
    states.push('CLEAR_ACK')
    let isShelved = false
    const shelf = () => (isShelved ? ' shelved' : '')
    while (!isEnding) {
      await pause()
      const before = states.at(-1) ?? ''
      await send(n, 100)
      if (before.startsWith('CLEAR')) states.push(`SET_UNACK${shelf()}`)
      await pause()
      const choice = random()
      if (choice < 0.8) await looked(n, states)
      if (choice < 0.4) {
        await act(n, 'acknowledge')
        states.push(`SET_ACK${shelf()}`)
      } else if (choice < 0.6 && !isShelved) {
        isShelved = true
        await act(n, 'shelve', now() + 3_600_000_000)
        states.push(`SET_UNACK${shelf()}`)
      } else if (choice < 0.8 && isShelved) {
        // Who takes an alarm from the shelf has seen it.
        isShelved = false
        await act(n, 'unshelve')
        states.push('SET_ACK')
      }
      await pause()
      const wasSeen = states.at(-1)?.startsWith('SET_ACK')
      await send(n, 1)
      states.push(`${wasSeen ? 'CLEAR_ACK' : 'CLEAR_UNACK'}${shelf()}`)
    }
  }

  let failure: unknown = null
  const failed = (error: unknown): void => {
    failure ??= error
  }
  const following = Promise.all([follow(), followReplies()])
  following.catch(failed)
  const lives = Promise.all(Array.from({ length: alarms }, (_, n) => live(n)))
  lives.catch(failed)

  return {
    async finish(withinMs) {
      isEnding = true
      const patience = new Promise((resolve) => setTimeout(resolve, withinMs).unref())
      await Promise.race([lives, patience])
      const stories = (): Story[] =>
        [...expected].map(([alarm, states]) => ({
          ...{ alarm, expected: states, seen: seen.get(alarm) ?? [] },
        }))
      const isWhole = ({ expected: wanted, seen: found }: Story) =>
        wanted.length <= found.length && wanted.at(-1) === found.at(-1)
      for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
        if (stories().every(isWhole)) break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return stories()
    },
    get failure() {
      return failure
    },
    get longestSeconds() {
      return longest / 1e6
    },
    get changes() {
      return changes
    },
  }
}

const wireText = ({ value, shelf }: { value: string | null; shelf: unknown }): string =>
  `${parseAlarm(value ?? '')?.state ?? 'nothing'}${shelf === null ? '' : ' shelved'}`

/** Stories that did not come out as they should, in words. */
export const differences = (stories: readonly Story[]): readonly string[] =>
  stories.flatMap(({ alarm, expected, seen }) => {
    if (JSON.stringify(expected) === JSON.stringify(seen)) return []
    const at = expected.findIndex((state, i) => seen[i] !== state)
    const place = at < 0 ? expected.length : at
    const around = (list: readonly string[]) => list.slice(Math.max(0, place - 2), place + 3)
    return `${alarm} at ${place} of ${expected.length}: expected ${around(expected).join(', ')}; came ${around(seen).join(', ')}`
  })
