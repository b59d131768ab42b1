import { isPriority, priorities } from '@mla/model'
import type { Cli, CliCommand } from '../cli.ts'
import { readComponents } from '../components.ts'
import { Failure } from '../failure.ts'
import { ask } from '../graphql.ts'
import { printTable } from '../table.ts'

const fields = 'source minPriority configured changedBy changedTime'
const query = `{ logLevels { ${fields} } }`
const setSource = `mutation ($source: ID!, $minPriority: Priority) {
  setLogLevel(source: $source, minPriority: $minPriority) { ${fields} } }`
const setComponent = `mutation ($component: ID!, $params: [String!]) {
  command(component: $component, command: SET_LOG_LEVEL, params: $params) {
    component accepted message } }`

interface Level {
  readonly source: string
  readonly minPriority: string
  readonly configured: string | null
  readonly changedBy: string | null
  readonly changedTime: string | null
}
interface Reply {
  readonly component: string
  readonly accepted: boolean
  readonly message: string | null
}

/** The levels that our own services have, by the priorities that people write. */
const ofServices: Readonly<Record<string, string>> = {
  ...{ DEBUG: 'debug', INFO: 'info', WARN: 'warn', WARNING: 'warn', ERROR: 'error' },
}

export const logsLevel: CliCommand = {
  name: 'logs level',
  summary: 'Show or set from which level on sources and our own services log',
  arguments: [
    ['[who]', 'a source (hosts), a part of one (hosts/pi-7, hosts/tel*), a component or service'],
    ['[level]', 'TRACE to EMERGENCY, or configured; of services debug, info, warn or error'],
  ],
  options: [],
  examples: [
    'mla logs level',
    'mla logs level hosts/pi-7 DEBUG',
    'mla logs level hosts/pi-7 configured',
    'mla logs level mon-dispatcher debug',
  ],
  async run(cli, given) {
    const [who, level] = given.words
    const { data } = await ask<{ logLevels: readonly Level[] }>(cli, query, {})
    if (who === undefined || level === undefined) return show(cli, data.logLevels, who ?? null)
    const id = who.split('/', 1)[0]
    const isSource = data.logLevels.some(({ source }) => source === id || source === who)
    return isSource ? levelOfSource(cli, who, level) : levelOfService(cli, who, level)
  },
}

async function levelOfSource(cli: Cli, source: string, level: string): Promise<0> {
  const word = level.toUpperCase()
  const minPriority = word === 'CONFIGURED' ? null : word
  if (minPriority !== null && !isPriority(minPriority)) {
    const cure = `write one of ${priorities.join(', ')}, or configured`
    throw new Failure(2, `"${level}" is no level of a source`, cure)
  }
  const { data } = await ask<{ setLogLevel: Level }>(cli, setSource, { source, minPriority })
  if (cli.out.json) cli.out.document(data.setLogLevel)
  else cli.out.line(`${source}: from ${data.setLogLevel.minPriority} on`)
  return 0
}

async function levelOfService(cli: Cli, component: string, level: string): Promise<0 | 1> {
  const param = ofServices[level.toUpperCase()]
  if (param === undefined) {
    throw new Failure(2, `"${level}" is no level of a service`, 'write debug, info, warn or error')
  }
  const variables = { component, params: [param] }
  const { data } = await ask<{ command: Reply }>(cli, setComponent, variables)
  const { accepted, message } = data.command
  if (cli.out.json) cli.out.document(data.command)
  else if (accepted) cli.out.line(`${component}: from ${param} on, until its process ends`)
  else throw new Failure(1, `${component}: ${message ?? 'refused'}`, 'look with: mla status')
  return accepted ? 0 : 1
}

interface Row {
  readonly who: string
  readonly level: string
  readonly note: string
}

async function show(cli: Cli, levels: readonly Level[], who: string | null): Promise<0> {
  const components = await readComponents(cli)
  const sources = levels.map((one) => ({
    ...{ who: one.source, level: one.minPriority },
    note: noteOf(one),
  }))
  const services = components.map(({ id, name, logLevel }) => ({
    ...{ who: id, level: logLevel, note: `service ${name}` },
  }))
  const rows: readonly Row[] = [...sources, ...services].filter(
    (row) =>
      who === null ||
      row.who === who ||
      (/^[@/]/.test(row.who.slice(who.length)) && row.who.startsWith(who)),
  )
  if (who !== null && rows.length === 0) {
    throw new Failure(2, `nothing is called "${who}"`, 'look with: mla logs level')
  }
  if (cli.out.json) cli.out.document({ sources: levels, components: services })
  else {
    printTable(cli.out, rows, [
      { title: 'WHO', text: (row) => row.who },
      { title: 'FROM', text: (row) => row.level },
      { title: '', text: (row) => row.note },
    ])
  }
  return 0
}

function noteOf({ configured, changedBy, changedTime }: Level): string {
  if (changedBy === null) return 'as configured'
  const since = changedTime?.slice(0, 19).replace('T', ' ') ?? ''
  const usual = configured === null ? 'no such source is configured' : `configured: ${configured}`
  return `set by ${changedBy} at ${since}; ${usual}`
}
