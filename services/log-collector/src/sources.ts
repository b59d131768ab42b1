import { hostname } from 'node:os'
import type { Cdb, LoadResult, LogSource } from '@mla/cdb'
import { type LogLevelRule, levelOfSource } from '@mla/control'
import type { Log } from '@mla/kit'
import { compileRecipe, type Recipe } from '@mla/logs'
import { canonicalText } from './canonical-text.ts'
import { createIntake, type Intake } from './intake.ts'
import type { Lanes } from './lanes.ts'
import { openHttp } from './listen-http.ts'
import { openTcp } from './listen-tcp.ts'
import { openUdp } from './listen-udp.ts'
import type { Listener } from './listener.ts'
import type { Report } from './report.ts'
import { openTail, type Tail, type TailParts } from './tail.ts'

/** One source of the CDB at work. */
interface Running {
  readonly source: LogSource
  /** Changes when anything does that it was made from. */
  readonly identity: string
  readonly intake: Intake
  readonly listeners: Listener[]
  readonly tail: Tail | null
  /** What could not be opened: it is tried again. */
  missing: LogSource['listen'][number][]
}

export interface SourceFigures {
  readonly id: string
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  readonly connections: number
  readonly files: number
  /** Addresses that cannot be listened on just now. */
  readonly failing: number
}

export interface SourcesParts
  extends Pick<TailParts, 'collector' | 'positions' | 'pollMs' | 'put' | 'now'> {
  readonly lanes: Lanes
  readonly report: Report
  readonly log: Log
  readonly wanted: readonly string[] | null
}

const openers = { udp: openUdp, tcp: openTcp, tls: openTcp, http: openHttp } as const
const retryAfter = 5_000_000

/** The sources of the configuration in force, and what becomes of them when it changes. */
export function createSources(parts: SourcesParts) {
  const { lanes, report, now, wanted } = parts
  const running = new Map<string, Running>()
  let version: string | null = null
  let levels: ReadonlyMap<string, LogLevelRule> = new Map()
  let isPaused = false
  let triedAt = 0
  let applying: Promise<void> = Promise.resolve()

  function listenerParts(source: LogSource, recipe: Recipe, intake: Intake) {
    const senderOf = (number: number, host: string | null) => {
      const index = number % source.lanes.length
      return { lane: lanes.laneOf(source.id, index, source.lanes[index] ?? 0), host }
    }
    return { source, recipe, intake, now, senderOf }
  }

  async function start(source: LogSource, recipe: Recipe, identity: string): Promise<void> {
    const intake = createIntake(source, recipe)
    intake.setLevel(levelOfSource(source.id, source.minPriority, levels))
    const failed = (error: unknown) => report.sourceFailed(source.id, error)
    const tail =
      source.files === null
        ? null
        : openTail({ ...parts, source, recipe, intake, host: hostname(), failed })
    const one: Running = {
      source,
      identity,
      intake,
      listeners: [],
      tail,
      missing: [...source.listen],
    }
    running.set(source.id, one)
    recipes.set(source.id, recipe)
    await openMissing(one)
  }
  const recipes = new Map<string, Recipe>()

  /** Opens what is not open; a port that another program has may be free later. */
  async function openMissing(one: Running): Promise<void> {
    const recipe = recipes.get(one.source.id)
    if (recipe === undefined) return
    const missing: Running['missing'] = []
    for (const listen of one.missing) {
      try {
        const base = listenerParts(one.source, recipe, one.intake)
        const listener = await openers[listen.transport]({ ...base, listen })
        listener.pause(isPaused)
        one.listeners.push(listener)
        report.listening(one.source.id, listen.transport, listener.address)
      } catch (error) {
        missing.push(listen)
        report.cannotListen(one.source.id, listen, error)
      }
    }
    one.missing = missing
  }

  async function stop(one: Running): Promise<void> {
    await Promise.all(one.listeners.map((listener) => listener[Symbol.asyncDispose]()))
    await one.tail?.[Symbol.asyncDispose]()
    one.intake.summarise(now(), laneOfSummaries(one), true)
    report.tallied(one.source.id, one.intake.tally)
    running.delete(one.source.id)
    recipes.delete(one.source.id)
  }

  const laneOfSummaries = ({ source }: Running) => lanes.laneOf(source.id, 0, source.lanes[0] ?? 0)

  /** What changed is stopped before anything is started: ports may have changed hands. */
  async function apply({ logs, version: next }: Cdb): Promise<void> {
    const identities = new Map(
      [...logs.sources]
        .filter(([id]) => wanted === null || wanted.includes(id))
        .map(([id, source]) => {
          const recipe = logs.recipes.get(source.recipe)
          return [id, canonicalText([source, recipe, logs.patterns])] as const
        }),
    )
    const changed = [...running.values()].filter(
      ({ source, identity }) => identities.get(source.id) !== identity,
    )
    await Promise.all(changed.map(stop))
    for (const [id, identity] of identities) {
      if (running.has(id)) continue
      const source = logs.sources.get(id)
      const fields = source && logs.recipes.get(source.recipe)
      const compiled = fields && compileRecipe(fields, logs.patterns)
      if (source && compiled && 'recipe' in compiled) await start(source, compiled.recipe, identity)
    }
    version = next
    const missing = (wanted ?? []).filter((id) => !logs.sources.has(id))
    report.cdbInForce(next, running.size, missing)
  }

  return {
    /** Follows the configuration until it ends; a broken one is told, and the one in force stays. */
    async follow(cdb: AsyncIterable<LoadResult>): Promise<void> {
      for await (const result of cdb) {
        if (!result.ok) report.cdbRefused(result.problems)
        else {
          applying = apply(result.cdb)
          await applying
        }
      }
    },
    /** What is let through of each source, where it is not as configured. */
    setLevels(rules: ReadonlyMap<string, LogLevelRule>): void {
      levels = rules
      for (const { source, intake } of running.values()) {
        intake.setLevel(levelOfSource(source.id, source.minPriority, rules))
      }
    },
    pause(wantedPause: boolean): void {
      isPaused = wantedPause
      for (const { listeners } of running.values()) {
        for (const listener of listeners) listener.pause(isPaused)
      }
    },
    /** To be called four times a second. */
    tick(): void {
      const time = now()
      for (const one of running.values()) {
        for (const listener of one.listeners) listener.tick(time)
        one.intake.summarise(time, laneOfSummaries(one), false)
        report.tallied(one.source.id, one.intake.tally)
      }
      if (time - triedAt < retryAfter) return
      triedAt = time
      for (const one of running.values()) {
        if (one.missing.length > 0) applying = applying.then(() => openMissing(one))
      }
    },
    async close(): Promise<void> {
      await applying.catch(() => undefined)
      await Promise.all([...running.values()].map(stop))
    },
    get cdbVersion() {
      return version
    },
    /** What was set in place of the configuration: `hosts/pi-7 DEBUG`. */
    get levels() {
      return [...levels.values()].map(({ source, minPriority }) => `${source} ${minPriority}`)
    },
    figures: (): readonly SourceFigures[] =>
      [...running.values()].map(({ source, listeners, tail, missing }) => ({
        id: source.id,
        addresses: listeners.map(({ address }) => address),
        connections: listeners.reduce((sum, { connections }) => sum + connections, 0),
        files: tail?.files ?? 0,
        failing: missing.length,
      })),
  }
}
