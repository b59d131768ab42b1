import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Micros } from '@mla/model'
import { createDasu } from './dasu.ts'
import type { Dasu, Received } from './dasu-port.ts'
import type { DasuRules, IasioRules } from './dasu-rules.ts'
import type { Emission } from './emission.ts'
import {
  type IasType,
  iasTypes,
  type Mode,
  noProperties,
  type Properties,
  type Validity,
} from './iasio.ts'
import type { Action } from './operator.ts'
import { runUntil } from './run-until.ts'
import { formatIasValue, parseIasValue } from './value-text.ts'

/** `config.json` of a test case: a DASU, or one transfer function of which a DASU is made. */
interface Config {
  /** The type of each IASIO; one that may be shelved has `!` behind it. */
  readonly iasios: Readonly<Record<string, string>>
  readonly asces: Readonly<Record<string, AsceConfig>>
  readonly output: string
  readonly validityMs?: number
  readonly refreshMs?: number
  readonly throttleMs?: number
}

interface AsceConfig {
  readonly function: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly properties?: Properties
}

/** A line of `input.jsonl`; one with a time alone lets time pass. */
interface Line {
  /** Milliseconds since the case began. */
  readonly at: number
  readonly id?: string
  /** As IAS writes it. */
  readonly value?: string | null
  readonly mode?: Mode
  readonly validity?: Validity
  readonly properties?: Properties
  /** When it was made, if not now. */
  readonly production?: number
  readonly act?: Action
  /** The DASU ends here, and another one goes on with what it left. */
  readonly takeOver?: true
}

export const start: Micros = 1_795_176_000_000_000

const hour = 3_600_000

export function rulesOf(config: Config): DasuRules {
  const iasios = new Map<string, IasioRules>()
  for (const [id, text] of Object.entries(config.iasios)) {
    iasios.set(id, { id, type: typeOf(text.replace('!', '')), canShelve: text.endsWith('!') })
  }
  const asces = Object.entries(config.asces).map(([id, asce]) => ({
    ...{ id, transferFunction: asce.function, inputs: asce.inputs, output: asce.output },
    properties: asce.properties ?? {},
  }))
  return {
    ...{ supervisor: 'Sup', id: 'Dasu', output: config.output, asces, iasios },
    validityThreshold: (config.validityMs ?? 2 * hour) * 1000,
    refresh: (config.refreshMs ?? hour) * 1000,
    throttle: (config.throttleMs ?? 0) * 1000,
  }
}

const typeOf = (text: string): IasType => {
  const type = iasTypes.find((one) => one === text)
  if (!type) throw new Error(`no type ${text}`)
  return type
}

/** What a DASU sends for these lines, a line each. `takeOvers` puts one before every line. */
export function runCase(folder: string, takeOvers = false): string[] {
  const config: Config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const lines = linesOf(join(folder, 'input.jsonl')).map((line): Line => JSON.parse(line))
  const rules = rulesOf(config)
  let dasu = createDasu(rules)
  let now = start
  const sent: string[] = []
  const advance = (until: Micros): void => {
    for (const emission of runUntil(dasu, now, until)) sent.push(describe(emission))
    now = Math.max(now, until)
  }
  for (const [i, line] of lines.entries()) {
    const at = start + line.at * 1000
    advance(at - 1)
    now = at
    if (takeOvers || line.takeOver) dasu = successor(rules, dasu)
    if (line.id !== undefined) dasu.accept(dasu.indexOf(line.id), received(line, rules, at), at)
    if (line.act) {
      const until = line.act.kind === 'shelve' ? { until: start + line.act.until * 1000 } : {}
      const id = rules.output
      const outcome = dasu.act(id, { ...line.act, ...until } as Action, at)
      if (!outcome.accepted) sent.push(JSON.stringify({ at: line.at, refused: outcome.reason }))
    }
    // Lines of one time come together.
    if (lines[i + 1]?.at !== line.at) advance(at)
  }
  return sent
}

/** Through text, as it would be stored. */
const successor = (rules: DasuRules, dasu: Dasu): Dasu =>
  createDasu(rules, { snapshot: JSON.parse(JSON.stringify(dasu.snapshot())) })

function received(line: Line, rules: DasuRules, at: Micros): Received {
  const type = rules.iasios.get(line.id ?? '')?.type
  if (!type) throw new Error(`${line.id} is not in the config`)
  return {
    value: line.value === null || line.value === undefined ? null : parseIasValue(type, line.value),
    mode: line.mode ?? 'OPERATIONAL',
    validity: line.validity ?? 'RELIABLE',
    properties: line.properties ?? noProperties,
    fullRunningId: `(Mon:MONITORED_SOFTWARE_SYSTEM)@(Plug:PLUGIN)@(Conv:CONVERTER)@(${line.id}:IASIO)`,
    production: line.production === undefined ? at : start + line.production * 1000,
  }
}

/** What is usual is left out. */
function describe(emission: Emission): string {
  const { id, value, type, mode, validity, properties, annunciation, operator, isChange } = emission
  const ack = operator.acknowledgement
  return JSON.stringify({
    at: ((emission.stamps.production ?? 0) - start) / 1000,
    id,
    value: value === null ? null : formatIasValue(type, value),
    ...(mode === 'OPERATIONAL' ? {} : { mode }),
    ...(validity === 'RELIABLE' ? {} : { validity }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(annunciation === 'ANNUNCIATED' ? {} : { annunciation }),
    ...(ack ? { acknowledged: `${ack.user}: ${ack.text}` } : {}),
    ...(isChange ? {} : { refresh: true }),
  })
}

export const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
