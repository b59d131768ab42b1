import type { Cli } from './cli.ts'
import { ask } from './graphql.ts'

export interface ShownComponent {
  readonly id: string
  readonly name: string
  readonly subsystem: string
  readonly host: string
  readonly version: string
  readonly state: string
  readonly reason: string | null
  readonly since: string
  readonly lastHeartbeat: string
  readonly started: string
  readonly isWanted: boolean
  readonly logLevel: string
  readonly configuration: string | null
  readonly configurationProblem: string | null
  readonly clockAheadMs: number
  readonly figures: Readonly<Record<string, number>> | null
}

const query = /* GraphQL */ `
  query ($at: DateTime) {
    components(at: $at) {
      id name subsystem host version state reason since lastHeartbeat started isWanted logLevel
      configuration configurationProblem clockAheadMs figures
    }
  }
`

export async function readComponents(
  cli: Cli,
  at: string | null = null,
): Promise<readonly ShownComponent[]> {
  const { data } = await ask<{ components: readonly ShownComponent[] }>(cli, query, { at })
  return data.components
}

const isGood = ({ state, isWanted, configurationProblem }: ShownComponent): boolean =>
  (isWanted ? state === 'ONLINE' : state === 'STANDBY') && configurationProblem === null

/** What is wrong, in words, for whoever has to mend it; empty where all is as wanted. */
export function problemsOf(components: readonly ShownComponent[]): readonly string[] {
  const problems = components
    .filter((one) => !isGood(one))
    .map(({ id, state, isWanted, reason, configurationProblem }) => {
      const wanted = isWanted ? '' : ', wanted in STANDBY'
      if (configurationProblem !== null) {
        return `${id} refused the newest configuration: ${configurationProblem.split('\n')[0]}`
      }
      return `${id} is ${state}${wanted}${reason === null ? '' : `: ${reason}`}`
    })
  const running = versionsOf(components)
  if (running.size < 2) return problems
  const split = [...running].map(([version, ids]) => `${version} in ${ids.join(', ')}`)
  return [...problems, `the configuration is split: ${split.join('; ')}`]
}

/** Who runs which version of the configuration, of those that run one. */
function versionsOf(components: readonly ShownComponent[]): ReadonlyMap<string, readonly string[]> {
  const running = new Map<string, string[]>()
  for (const { id, state, configuration } of components) {
    if (configuration === null || state === 'LOST') continue
    running.set(configuration, [...(running.get(configuration) ?? []), id])
  }
  return running
}

/** The state of a subsystem, summed up: what is not as wanted comes first. */
export function stateOfSubsystem(members: readonly ShownComponent[]): string {
  const has = (state: string): boolean => members.some((one) => one.state === state)
  if (members.every(({ state }) => state === 'LOST')) return 'LOST'
  if (has('FAULT')) return 'FAULT'
  for (const moving of ['STARTING', 'STOPPING', 'INITIALISING']) if (has(moving)) return moving
  const others = members.filter(({ name }) => !name.endsWith('-manager'))
  if (others.length > 0 && others.every(({ state }) => state === 'STANDBY')) return 'STANDBY'
  return members.every(isGood) ? 'ONLINE' : 'DEGRADED'
}
