import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Cli, CliCommand, Given } from '../cli.ts'
import { Failure } from '../failure.ts'
import { ask } from '../graphql.ts'
import { printTable } from '../table.ts'

interface ShownUser {
  readonly name: string
  readonly role: string
  readonly subsystems: readonly string[] | null
  readonly created: string
}

const fields = 'name role subsystems created'
const roleNames = ['viewer', 'operator', 'engineer', 'expert']

export const userList: CliCommand = {
  name: 'user list',
  summary: 'List the users with passwords, and their roles',
  arguments: [],
  options: [],
  examples: ['mla user list'],
  async run(cli) {
    const { data } = await ask<{ users: readonly ShownUser[] }>(cli, `{ users { ${fields} } }`, {})
    if (cli.out.json) cli.out.document(data.users)
    else {
      printTable(cli.out, data.users, [
        { title: 'NAME', text: ({ name }) => name },
        { title: 'ROLE', text: ({ role }) => role.toLowerCase() },
        { title: 'ACTS ON', text: ({ subsystems }) => subsystems?.join(', ') ?? 'all' },
        { title: 'SINCE', text: ({ created }) => created },
      ])
    }
    return 0
  },
}

export const rights = [
  ['--role <role>', roleNames.join(', '), 'viewer'],
  ['--subsystems <names>', 'mon,log,alarm,hmi: those that it may act on; all without it'],
] as const

export const userAdd: CliCommand = {
  name: 'user add',
  summary: 'Add a user; the password is read from the terminal or the first line of the input',
  arguments: [['<name>', 'letters, digits and . _ @ -']],
  options: [...rights],
  examples: ['mla user add grace --role operator', 'mla user add w --subsystems log < password'],
  async run(cli, given) {
    const [name = ''] = given.words
    const variables = { name, ...rightsIn(given), password: await readPassword(cli, name) }
    const mutation = `mutation ($name: String!, $password: String!, $role: Role!, $subsystems: [String!]) {
      addUser(name: $name, password: $password, role: $role, subsystems: $subsystems) { ${fields} } }`
    const { data } = await ask<{ addUser: ShownUser }>(cli, mutation, variables)
    return told(cli, data.addUser, `${name} is ${data.addUser.role.toLowerCase()}`)
  },
}

export const userRole: CliCommand = {
  name: 'user role',
  summary: 'Give a user another role; its connections end',
  arguments: [['<name>', 'as mla user list tells']],
  options: [...rights],
  examples: ['mla user role grace --role engineer'],
  async run(cli, given) {
    const [name = ''] = given.words
    const mutation = `mutation ($name: ID!, $role: Role!, $subsystems: [String!]) {
      changeUser(name: $name, role: $role, subsystems: $subsystems) { ${fields} } }`
    const variables = { name, ...rightsIn(given) }
    const { data } = await ask<{ changeUser: ShownUser }>(cli, mutation, variables)
    return told(cli, data.changeUser, `${name} is ${data.changeUser.role.toLowerCase()}`)
  },
}

export const userPasswd: CliCommand = {
  name: 'user passwd',
  summary: 'Give a user another password; its sessions end',
  arguments: [['<name>', 'as mla user list tells']],
  options: [],
  examples: ['mla user passwd grace'],
  async run(cli, given) {
    const [name = ''] = given.words
    const password = await readPassword(cli, name)
    const mutation = `mutation ($name: ID!, $password: String!) {
      setPassword(name: $name, password: $password) { ${fields} } }`
    const { data } = await ask<{ setPassword: ShownUser }>(cli, mutation, { name, password })
    return told(cli, data.setPassword, `${name} has another password`)
  },
}

export const userRemove: CliCommand = {
  name: 'user remove',
  summary: 'Remove a user; its connections end',
  arguments: [['<name>', 'as mla user list tells']],
  options: [],
  examples: ['mla user remove grace'],
  async run(cli, given) {
    const [name = ''] = given.words
    await ask(cli, 'mutation ($name: ID!) { removeUser(name: $name) }', { name })
    return told(cli, { name, removed: true }, `${name} is removed`)
  },
}

function told(cli: Cli, document: unknown, line: string): 0 {
  if (cli.out.json) cli.out.document(document)
  else cli.out.line(line)
  return 0
}

/** Role and subsystems as the schema takes them. */
export function rightsIn(given: Given) {
  const role = (given.text('role') ?? '').toLowerCase()
  if (!roleNames.includes(role)) {
    throw new Failure(2, `--role is "${role}"`, `write one of ${roleNames.join(', ')}`)
  }
  const names = given.text('subsystems')
  return { role: role.toUpperCase(), subsystems: names === null ? null : names.split(',') }
}

/** From MLA_PASSWORD, or a line of the input; what is typed at a terminal is not shown. */
async function readPassword({ env, out, signal }: Cli, name: string): Promise<string> {
  const given = env['MLA_PASSWORD']
  if (given) return given
  const { stdin } = process
  if (stdin.isTTY) out.note(`password of ${name} (12 characters or more):`)
  // What is typed is echoed into nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output, terminal: stdin.isTTY === true, signal })
  try {
    for await (const line of lines) return line
  } finally {
    lines.close()
  }
  throw new Failure(2, 'there is no password', 'type it, pipe it in, or set MLA_PASSWORD')
}
