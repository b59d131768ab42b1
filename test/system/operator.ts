import { MlaError } from '@mla/model'
import { until } from './system.ts'

export interface SeenComponent {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly reason: string | null
  readonly configuration: string | null
  readonly configurationProblem: string | null
}

/** What an operator does at the HMI, and sees there. */
export interface Operator {
  ask<T>(query: string, variables?: object): Promise<T>
  components(): Promise<readonly SeenComponent[]>
  /** Tells whom what, and waits until those named are in the state; the seconds that it took. */
  order(whom: string, command: 'START' | 'STOP', names: readonly string[]): Promise<number>
  /** Waits until all of a service are so. */
  see(what: string, name: string, isSo: (component: SeenComponent) => boolean): Promise<void>
}

export function createOperator(hmiUrl: string): Operator {
  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    const answer = await fetch(`${hmiUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await answer.json()) as { data: T; errors?: { message: string }[] }
    if (errors) throw new MlaError('QUERY_INVALID', errors.map(({ message }) => message).join('; '))
    return data
  }
  const fields = 'id name state reason configuration configurationProblem'
  const components = async () => {
    const query = `{ components { ${fields} } }`
    return (await ask<{ components: readonly SeenComponent[] }>(query)).components
  }
  const see: Operator['see'] = (what, name, isSo) =>
    until(what, async () => {
      const those = (await components()).filter((one) => one.name === name)
      return those.length > 0 && those.every(isSo)
    })

  return {
    ...{ ask, components, see },
    async order(whom, command, names) {
      const mutation = `mutation ($whom: ID!, $command: Command!) {
        command(component: $whom, command: $command) { accepted message } }`
      const began = performance.now()
      const { command: reply } = await ask<{
        command: { readonly accepted: boolean; readonly message: string | null }
      }>(mutation, { whom, command })
      if (!reply.accepted) throw new Error(`${command} of ${whom} is refused: ${reply.message}`)
      const wanted = command === 'START' ? 'ONLINE' : 'STANDBY'
      for (const name of names)
        await see(`${name} ${wanted}`, name, ({ state }) => state === wanted)
      return (performance.now() - began) / 1000
    },
  }
}
