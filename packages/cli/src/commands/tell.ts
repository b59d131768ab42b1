import { setTimeout as delay } from 'node:timers/promises'
import { type CommandName, parseDuration } from '@mla/model'
import type { Cli, CliCommand, ExitCode, Given } from '../cli.ts'
import { readComponents, type ShownComponent } from '../components.ts'
import { Failure } from '../failure.ts'
import { ask } from '../graphql.ts'

const mutation = /* GraphQL */ `
  mutation ($component: ID!, $command: Command!, $params: [String!]) {
    command(component: $component, command: $command, params: $params) {
      component command accepted message time
    }
  }
`

interface Reply {
  readonly component: string
  readonly accepted: boolean
  readonly message: string | null
}

const whom = [
  '<who...>',
  'components, services (mon-dispatcher), subsystems (mon), or all',
] as const
const lookMs = 500

/** The states in which a command has had its effect; a manager or an HMI is never meant. */
const goals = { START: ['ONLINE'], STOP: ['STANDBY'], RESTART: ['ONLINE'] } as const
type Ordered = keyof typeof goals

const moving = (word: string, command: Ordered, summary: string): CliCommand => ({
  name: word,
  summary,
  arguments: [whom],
  options: [
    ['--wait <duration>', 'how long to wait until they are there; 0s does not wait', '60s'],
  ],
  examples: [`mla ${word} mon`, `mla ${word} opcua-collector@host`],
  async run(cli, given) {
    const waitMs = parseDuration(given.text('wait') ?? '60s') / 1000
    const since = Date.now()
    const replies = await tellAll(cli, given.words, command, [])
    if (replies.some(({ accepted }) => !accepted)) return show(cli, replies)
    const arrived = await arrive(cli, given.words, command, since, waitMs)
    return show(cli, replies, arrived)
  },
})

export const start = moving('start', 'START', 'Start components, subsystems in order')
export const stop = moving(
  'stop',
  'STOP',
  'Stop the work of components, all drained; they stay there',
)
export const restart = moving('restart', 'RESTART', 'Stop and start the work of components')

const telling = (
  word: string,
  command: CommandName,
  summary: string,
  more: Pick<CliCommand, 'options' | 'examples'>,
  params: (given: Given) => readonly string[] = () => [],
): CliCommand => ({
  name: word,
  summary,
  arguments: [whom],
  ...more,
  run: async (cli, given) => show(cli, await tellAll(cli, given.words, command, params(given))),
})

export const ping = telling('ping', 'PING', 'Ask components whether they are there, and how', {
  options: [],
  examples: ['mla ping all'],
})
export const reconfigure = telling(
  'reconfigure',
  'RECONFIGURE',
  'Have components take the newest configuration once more',
  { options: [], examples: ['mla reconfigure opcua-collector'] },
)
export const logLevel = telling(
  'log-level',
  'SET_LOG_LEVEL',
  'Set from which level on components log, until their process ends',
  {
    options: [['--to <level>', 'debug, info, warn or error', 'info']],
    examples: ['mla log-level mon-dispatcher --to debug'],
  },
  (given) => [given.text('to') ?? 'info'],
)

async function tellAll(
  cli: Cli,
  whos: readonly string[],
  command: CommandName,
  params: readonly string[],
): Promise<readonly Reply[]> {
  const replies: Reply[] = []
  for (const component of whos) {
    const variables = { component, command, params }
    const { data } = await ask<{ command: Reply }>(cli, mutation, variables)
    replies.push(data.command)
  }
  return replies
}

/** Waits until all that are meant are where the command brings them; names those that are not. */
async function arrive(
  cli: Cli,
  whos: readonly string[],
  command: Ordered,
  since: number,
  waitMs: number,
): Promise<readonly string[]> {
  const isMeant = ({ id, name, subsystem }: ShownComponent): boolean =>
    whos.some((who) => [id, name, subsystem, 'all'].includes(who)) &&
    name !== 'hmi' &&
    !name.endsWith('-manager')
  const goal: readonly string[] = goals[command]
  const isThere = (one: ShownComponent): boolean =>
    goal.includes(one.state) && (command !== 'RESTART' || Date.parse(one.since) >= since - 5000)
  for (;;) {
    const meant = (await readComponents(cli)).filter((one) => isMeant(one) && one.state !== 'LOST')
    const missing = meant.filter((one) => !isThere(one))
    cli.out.progress(meant.length - missing.length, meant.length, command)
    if (missing.length === 0 || waitMs === 0) return []
    if (Date.now() - since > waitMs) {
      return missing.map(
        ({ id, state, reason }) => `${id} is ${state}${reason === null ? '' : `: ${reason}`}`,
      )
    }
    await delay(lookMs, undefined, { signal: cli.signal }).catch(() => {
      throw new Failure(1, 'interrupted; what was begun goes on', 'look with: mla status')
    })
  }
}

function show({ out }: Cli, replies: readonly Reply[], missing: readonly string[] = []): ExitCode {
  if (out.json) out.document({ replies, missing })
  else {
    for (const { component, accepted, message } of replies) {
      const word = accepted ? out.paint('green', 'accepted') : out.paint('red', 'refused')
      out.line(`${component}: ${word}${message === null ? '' : `, ${message}`}`)
    }
    for (const one of missing) out.note(out.paint('yellow', `! not there yet: ${one}`))
  }
  return replies.every(({ accepted }) => accepted) && missing.length === 0 ? 0 : 1
}
