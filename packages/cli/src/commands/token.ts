import type { CliCommand } from '../cli.ts'
import { numberIn } from '../given.ts'
import { ask } from '../graphql.ts'
import { printTable } from '../table.ts'
import { rights, rightsIn } from './user.ts'

interface ShownToken {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly subsystems: readonly string[] | null
  readonly createdBy: string
  readonly expires: string
}

const fields = 'id name role subsystems created createdBy expires'

export const tokenList: CliCommand = {
  name: 'token list',
  summary: 'List the tokens of machines, and until when they are good',
  arguments: [],
  options: [],
  examples: ['mla token list'],
  async run(cli) {
    const query = `{ machineTokens { ${fields} } }`
    const { data } = await ask<{ machineTokens: readonly ShownToken[] }>(cli, query, {})
    if (cli.out.json) cli.out.document(data.machineTokens)
    else {
      printTable(cli.out, data.machineTokens, [
        { title: 'ID', text: ({ id }) => id },
        { title: 'NAME', text: ({ name }) => name },
        { title: 'ROLE', text: ({ role }) => role.toLowerCase() },
        { title: 'ACTS ON', text: ({ subsystems }) => subsystems?.join(', ') ?? 'all' },
        { title: 'UNTIL', text: ({ expires }) => expires },
        { title: 'BY', text: ({ createdBy }) => createdBy },
      ])
    }
    return 0
  },
}

export const tokenAdd: CliCommand = {
  name: 'token add',
  summary: 'Make a token for a program: the answer is the token, shown this once',
  arguments: [['<name>', 'what it is for']],
  options: [...rights, ['--days <days>', 'how long it is good', '365']],
  examples: ['mla token add night-report --role viewer --days 90 > token'],
  async run(cli, given) {
    const [name = ''] = given.words
    const days = numberIn(given, 'days', { min: 1, max: 3650 })
    const mutation = `mutation ($name: String!, $role: Role!, $days: Int, $subsystems: [String!]) {
      addMachineToken(name: $name, role: $role, days: $days, subsystems: $subsystems) {
        secret token { ${fields} } } }`
    const variables = { name, days, ...rightsIn(given) }
    const { data } = await ask<{
      addMachineToken: { readonly secret: string; readonly token: ShownToken }
    }>(cli, mutation, variables)
    const { secret, token } = data.addMachineToken
    if (cli.out.json) cli.out.document(data.addMachineToken)
    else {
      cli.out.line(secret)
      cli.out.note(`mla: ${token.id} is good until ${token.expires}; it is not shown again`)
    }
    return 0
  },
}

export const tokenRemove: CliCommand = {
  name: 'token remove',
  summary: 'Take a token back; its connections end',
  arguments: [['<id>', 'as mla token list tells']],
  options: [],
  examples: ['mla token remove x3Fd_9a0'],
  async run(cli, given) {
    const [id = ''] = given.words
    await ask(cli, 'mutation ($id: ID!) { removeMachineToken(id: $id) }', { id })
    if (cli.out.json) cli.out.document({ id, removed: true })
    else cli.out.line(`${id} is taken back`)
    return 0
  },
}
