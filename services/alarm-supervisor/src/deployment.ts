import {
  type Action,
  actionKinds,
  createDasu,
  type Dasu,
  type DasuRules,
  type DasuSnapshot,
  type Emission,
  type Received,
  receivedOf,
  runUntil,
} from '@mla/alarm'
import type { AlarmAction, Micros, WireIasio } from '@mla/model'

/** What a DASU sends, and of which supervisor it is. */
export interface Sent {
  readonly supervisor: string
  readonly dasu: string
  readonly emission: Emission
}

/** How far the log was read: of each partition the last offset that is in. */
export type Positions = ReadonlyMap<string, number>

/** A DASU as a predecessor left it, and which messages are in it. */
export interface SavedDasu {
  readonly supervisor: string
  readonly dasu: string
  /** The time of the DASU, by the log. */
  readonly time: Micros
  readonly positions: Readonly<Record<string, number>>
  readonly snapshot: DasuSnapshot
}

interface Deployed {
  readonly supervisor: string
  readonly dasu: Dasu
  /** The rules as text: the same text, the same DASU. */
  readonly text: string
  time: Micros
  /** What the predecessor had read; nothing once the log is read to its end. */
  before: Positions
  /** What was sent up to here is in the snapshot that it began with. */
  readonly from: Micros
}

interface Reader {
  readonly deployed: Deployed
  readonly index: number
}

export type Answer =
  | { readonly accepted: true; readonly time: Micros }
  | { readonly accepted: false; readonly reason: string }

/** Values that do not count for a DASU: what cannot be read as an IASIO. */
export interface DeploymentParts {
  unreadable(id: string, error: unknown): void
  /** Measures how long evaluations take. */
  readonly stopwatch: () => Micros
}

export type Deployment = ReturnType<typeof createDeployment>

/** A stretch of time longer than this is passed at once, not from refresh to refresh. */
const longestStepMicros = 60_000_000

/**
 * The DASUs of some supervisors at work. What comes out follows from the calls alone: time is an
 * argument, and never goes back for a DASU.
 */
export function createDeployment({ unreadable, stopwatch }: DeploymentParts) {
  let all = new Map<string, Deployed>()
  let readers = new Map<string, Reader[]>()
  let makers = new Map<string, Deployed>()

  const keyOf = (supervisor: string, dasu: string) => `${supervisor}/${dasu}`

  /** Takes over rules; a DASU whose rules are the same goes on, another one keeps what it can. */
  function configure(
    rules: readonly DasuRules[],
    saved: ReadonlyMap<string, SavedDasu>,
    now: Micros,
  ): void {
    const next = new Map<string, Deployed>()
    for (const one of rules) {
      const key = keyOf(one.supervisor, one.id)
      const text = textOf(one)
      const known = all.get(key)
      if (known?.text === text) next.set(key, known)
      else next.set(key, deploy(one, text, known ?? null, saved.get(key) ?? null, now))
    }
    all = next
    readers = new Map()
    makers = new Map()
    for (const deployed of all.values()) {
      const { dasu } = deployed
      for (const id of dasu.inputs) {
        const list = readers.get(id) ?? []
        list.push({ deployed, index: dasu.indexOf(id) })
        readers.set(id, list)
      }
      for (const { output } of dasu.rules.asces) makers.set(output, deployed)
    }
  }

  function deploy(
    rules: DasuRules,
    text: string,
    known: Deployed | null,
    saved: SavedDasu | null,
    now: Micros,
  ): Deployed {
    const { supervisor } = rules
    const parts = { supervisor, text, before: new Map<string, number>() }
    if (known) {
      const dasu = createDasu(rules, { stopwatch, snapshot: known.dasu.snapshot() })
      const { time, before, from } = known
      return { ...parts, dasu, time, before, from }
    }
    if (saved) {
      const dasu = createDasu(rules, { stopwatch, snapshot: saved.snapshot })
      const { time, positions } = saved
      return { ...parts, dasu, time, before: new Map(Object.entries(positions)), from: time }
    }
    return { ...parts, dasu: createDasu(rules, { stopwatch }), time: now, from: now }
  }

  /** Lets time pass for one DASU, up to and with `to`. */
  function pass(deployed: Deployed, to: Micros, sent: Sent[]): void {
    const { dasu, supervisor } = deployed
    if (dasu.due > to) return
    const add = (emission: Emission) => sent.push({ supervisor, dasu: dasu.id, emission })
    if (to - deployed.time > longestStepMicros) dasu.run(to).forEach(add)
    else for (const emission of runUntil(dasu, deployed.time, to)) add(emission)
    if (deployed.time < to) deployed.time = to
  }

  /** Values of one message of the BSDB: they come together, at the time that the log gave it. */
  function accept(
    message: { readonly partition: number; readonly offset: number; readonly time: Micros },
    values: readonly WireIasio[],
    sent: Sent[],
  ): number {
    let taken = 0
    for (const wire of values) {
      const wanted = readers.get(wire.id)
      if (!wanted) continue
      const received = read(wire, message.time)
      if (received === null) continue
      for (const { deployed, index } of wanted) {
        if (isIn(deployed, message.partition, message.offset)) continue
        const now = Math.max(deployed.time, message.time)
        if (deployed.dasu.due < now) pass(deployed, now - 1, sent)
        if (deployed.time < now) deployed.time = now
        deployed.dasu.accept(index, received, now)
        taken++
      }
    }
    return taken
  }

  function read(wire: WireIasio, time: Micros): Received | null {
    try {
      return receivedOf(wire, time)
    } catch (error) {
      unreadable(wire.id, error)
      return null
    }
  }

  /** What an operator does. What follows from it is in `sent`. */
  function act(
    message: { readonly offset: number; readonly time: Micros },
    action: AlarmAction,
    sent: Sent[],
  ): Answer | 'done before' | 'not ours' {
    const deployed = makers.get(action.alarm)
    if (!deployed) return 'not ours'
    if ((deployed.before.get('actions') ?? -1) >= message.offset) return 'done before'
    const now = Math.max(deployed.time, message.time)
    pass(deployed, now, sent)
    deployed.time = now
    const wanted = actionOf(action)
    if (!wanted) return { accepted: false, reason: `nobody can "${action.kind.slice(0, 40)}"` }
    const outcome = deployed.dasu.act(action.alarm, wanted, now)
    if (!outcome.accepted) return outcome
    pass(deployed, now, sent)
    return { accepted: true, time: now }
  }

  return {
    configure,
    /** Of the DASU that makes an IASIO; null where none does. */
    keyOf(id: string): string | null {
      const deployed = makers.get(id)
      return deployed ? keyOf(deployed.supervisor, deployed.dasu.id) : null
    },
    /** Whether an output that is in the log was made after the snapshot of its DASU. */
    isSince: (id: string, production: Micros): boolean =>
      production > (makers.get(id)?.from ?? Number.POSITIVE_INFINITY),
    /** Whether the snapshot may lack what was done then; in its own millisecond the offset tells (`act`). */
    isOpen: (id: string, time: Micros): boolean =>
      time >= (makers.get(id)?.from ?? Number.POSITIVE_INFINITY),
    /** The log is read to its end: whatever comes is new. */
    caughtUp(): void {
      for (const deployed of all.values()) deployed.before = new Map()
    },
    accept,
    act,
    /** Lets time pass for all. */
    advance(to: Micros, sent: Sent[]): void {
      for (const deployed of all.values()) if (deployed.dasu.due <= to) pass(deployed, to, sent)
    },
    /** When time alone makes something to be sent. */
    get due(): Micros {
      let due = Number.POSITIVE_INFINITY
      for (const { dasu } of all.values()) if (dasu.due < due) due = dasu.due
      return due
    },
    get keys(): readonly string[] {
      return [...all.keys()]
    },
    save(key: string, positions: Positions): SavedDasu | null {
      const deployed = all.get(key)
      if (!deployed) return null
      const { supervisor, dasu, time } = deployed
      const snapshot = dasu.snapshot()
      return { supervisor, dasu: dasu.id, time, positions: Object.fromEntries(positions), snapshot }
    },
    get figures(): Figures {
      return figuresOf([...all.values()])
    },
  }
}

const isIn = ({ before }: Deployed, partition: number, offset: number): boolean =>
  before.size > 0 && (before.get(String(partition)) ?? -1) >= offset

function actionOf({ kind, user, text, until }: AlarmAction): Action | null {
  const known = actionKinds.find((one) => one === kind)
  if (known === undefined) return null
  if (known !== 'shelve') return { kind: known, user, text }
  return { kind: known, user, text, until: until ?? 0 }
}

export interface Figures {
  readonly dasus: number
  readonly evaluations: number
  readonly outdated: number
  readonly fromFuture: number
  readonly broken: number
}

function figuresOf(all: readonly Deployed[]): Figures {
  let [evaluations, outdated, fromFuture, broken] = [0, 0, 0, 0]
  for (const { dasu, time } of all) {
    evaluations += dasu.counts.evaluations
    outdated += dasu.counts.outdated
    fromFuture += dasu.counts.fromFuture
    for (const { state } of dasu.describe(time)) if (state === 'BROKEN') broken++
  }
  return { dasus: all.length, evaluations, outdated, fromFuture, broken }
}

const textOf = (rules: DasuRules): string =>
  JSON.stringify({ ...rules, iasios: [...rules.iasios.values()] })
