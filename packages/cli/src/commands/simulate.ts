import { setTimeout as delay } from 'node:timers/promises'
import { parseDuration } from '@mla/model'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { printTable } from '../table.ts'

/** Kinds of faults of points, and of the server as a whole; see the simulator's README. */
const pointKinds = [
  ...['freeze', 'bad-status', 'uncertain', 'spike', 'nan', 'null', 'type-change', 'silence'],
  ...['future-stamp', 'past-stamp'],
]
const serverKinds = ['disconnect', 'restart', 'slow']

interface Step {
  readonly afterS: number
  readonly fault: Readonly<Record<string, unknown>>
}

/** What may happen in a night, as faults one after the other. */
const scenarios: Readonly<
  Record<string, { readonly about: string; readonly steps: readonly Step[] }>
> = {
  'lost-telescope': {
    about: 'telescope 1 falls silent for a minute',
    steps: [{ afterS: 0, fault: { kind: 'silence', match: 'Tel01/**', durationS: 60 } }],
  },
  'noisy-sensor': {
    about: 'a sensor sends spikes, then nothing that is a number, then freezes',
    steps: ['spike', 'nan', 'freeze'].map((kind, i) => ({
      afterS: 10 * i,
      fault: { kind, match: '**/Temperature*', durationS: 10 },
    })),
  },
  'server-restart': {
    about: 'the OPC-UA server goes away for ten seconds, and is slow when it is back',
    steps: [
      { afterS: 0, fault: { kind: 'restart', durationS: 10 } },
      { afterS: 12, fault: { kind: 'slow', durationS: 30, delayMs: 2000 } },
    ],
  },
  'wrong-clock': {
    about: 'a clock jumps a day ahead, then a day back',
    steps: [
      { afterS: 0, fault: { kind: 'future-stamp', match: 'Tel02/**', durationS: 30 } },
      { afterS: 30, fault: { kind: 'past-stamp', match: 'Tel02/**', durationS: 30 } },
    ],
  },
}

interface ActiveFault {
  readonly id: number
  readonly request: Readonly<Record<string, unknown>>
  readonly untilMs: number
  readonly points: number | null
}

export const simulateBegin: CliCommand = {
  name: 'simulate begin',
  summary: 'Begin a fault in the simulator',
  arguments: [
    ['<kind>', [...pointKinds, ...serverKinds].join(', ')],
    ['[match]', 'of points: a pattern, or a part of the id'],
  ],
  options: [['--for <duration>', 'how long', '60s']],
  examples: ["mla simulate begin silence 'Tel01/**' --for 30s", 'mla simulate begin disconnect'],
  async run(cli, given) {
    const [kind = '', match] = given.words
    const durationS = parseDuration(given.text('for') ?? '60s') / 1e6
    const isOfPoints = pointKinds.includes(kind)
    if (!isOfPoints && !serverKinds.includes(kind)) {
      const all = [...pointKinds, ...serverKinds].join(', ')
      throw new Failure(2, `there is no fault "${kind}"`, `write one of ${all}`)
    }
    if (isOfPoints && match === undefined) {
      throw new Failure(
        2,
        `${kind} is of points`,
        `say which: mla simulate begin ${kind} 'Tel01/**'`,
      )
    }
    const fault = { kind, ...(isOfPoints ? { match } : {}) }
    const timed = kind === 'disconnect' ? fault : { ...fault, durationS }
    return tell(cli, [await begin(cli, timed)])
  },
}

export const simulateRun: CliCommand = {
  name: 'simulate run',
  summary: 'Run a scenario of faults in the simulator',
  arguments: [
    [
      '<scenario>',
      Object.entries(scenarios)
        .map(([name, { about }]) => `${name}: ${about}`)
        .join('; '),
    ],
  ],
  options: [],
  examples: ['mla simulate run server-restart'],
  async run(cli, given) {
    const [name = ''] = given.words
    const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
    if (!scenario) {
      const names = Object.keys(scenarios).join(', ')
      throw new Failure(2, `there is no scenario "${name}"`, `write one of ${names}`)
    }
    const { steps } = scenario
    const began = Date.now()
    const faults: ActiveFault[] = []
    for (const [i, { afterS, fault }] of steps.entries()) {
      cli.out.progress(i, steps.length, String(fault['kind']))
      const waitMs = began + afterS * 1000 - Date.now()
      if (waitMs > 0) await delay(waitMs, undefined, { signal: cli.signal })
      faults.push(await begin(cli, fault))
    }
    cli.out.progress(steps.length, steps.length, name)
    return tell(cli, faults)
  },
}

export const simulateList: CliCommand = {
  name: 'simulate list',
  summary: 'List the faults that are active in the simulator',
  arguments: [],
  options: [],
  examples: ['mla simulate list'],
  run: async (cli) => tell(cli, await ask<readonly ActiveFault[]>(cli, 'GET', '/faults')),
}

export const simulateEnd: CliCommand = {
  name: 'simulate end',
  summary: 'End a fault in the simulator, or all of them',
  arguments: [['[id]', 'as mla simulate list tells; all without it']],
  options: [],
  examples: ['mla simulate end', 'mla simulate end 3'],
  async run(cli, given: Given) {
    const [id] = given.words
    const path = id === undefined ? '/faults' : `/faults/${encodeURIComponent(id)}`
    return tell(cli, await ask<readonly ActiveFault[]>(cli, 'DELETE', path))
  },
}

const begin = (cli: Cli, fault: object): Promise<ActiveFault> =>
  ask<ActiveFault>(cli, 'POST', '/faults', fault)

function tell({ out }: Cli, faults: readonly ActiveFault[]): 0 {
  if (out.json) out.document(faults)
  else {
    printTable(out, faults, [
      { title: 'ID', align: 'right', text: ({ id }) => String(id) },
      { title: 'FAULT', text: ({ request }) => String(request['kind']) },
      { title: 'MATCH', text: ({ request }) => String(request['match'] ?? 'the server') },
      { title: 'POINTS', align: 'right', text: ({ points }) => String(points ?? '') },
      { title: 'UNTIL', text: ({ untilMs }) => new Date(untilMs).toISOString() },
    ])
  }
  return 0
}

async function ask<T>(cli: Cli, method: string, path: string, body?: object): Promise<T> {
  const url = (cli.env['MLA_SIMULATOR_URL'] || 'http://127.0.0.1:4841').replace(/\/+$/, '')
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.any([cli.signal, AbortSignal.timeout(10_000)]),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    const cure = 'start it (npm start does), or set MLA_SIMULATOR_URL to its control port'
    throw new Failure(3, `the simulator at ${url} does not answer: ${reason}`, cure)
  })
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text)
  const said = /"error":"([^"]*)"/.exec(text)?.[1] ?? `it answers ${answer.status}`
  throw new Failure(answer.status < 500 ? 2 : 1, `the simulator says: ${said}`, 'see --help')
}
