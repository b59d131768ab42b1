import { ApiError, request, serverNow } from './api.ts'
import { byId, element, setText } from './dom.ts'
import { showTime } from './format.ts'
import { openShell } from './shell.ts'

interface Account {
  readonly name: string
  readonly role: string
  readonly subsystems: readonly string[] | null
  readonly created: string
}
interface Token extends Account {
  readonly id: string
  readonly createdBy: string
  readonly expires: string
}
interface Mine {
  readonly me: { readonly name: string; readonly role: string; readonly may: readonly string[] }
}

const roles = ['VIEWER', 'OPERATOR', 'ENGINEER', 'EXPERT'] as const

const shell = await openShell({ tick: () => {}, silentMs: null })
const { me } = await request<Mine>('{ me { name role may } }', {})
const isLocal = shell.session.mode === 'local'
const keepsUsers = me.may.includes('addUser') && shell.session.mode !== 'off'

setText(
  byId('account'),
  shell.session.mode === 'off'
    ? 'This system has no users: everyone is an expert (MLA_AUTH=off).'
    : `${me.name}, ${me.role.toLowerCase()}`,
)
byId('my-password').hidden = !isLocal
byId('users-part').hidden = !(keepsUsers && isLocal)
byId('tokens-part').hidden = !keepsUsers
for (const select of document.querySelectorAll<HTMLSelectElement>('select[name=role]')) {
  select.append(...roles.map((role) => element('option', { value: role }, role.toLowerCase())))
}
if (keepsUsers) await refresh()

onSubmit('my-password', async ({ old, next }) => {
  await request(
    'mutation ($old: String!, $next: String!) { changeMyPassword(oldPassword: $old, newPassword: $next) }',
    { old, next },
  )
  location.assign('/login')
  return 'The password is changed; log in with it.'
})
onSubmit('add-user', async ({ name, password, role, subsystems = '' }) => {
  const mutation = `mutation ($name: String!, $password: String!, $role: Role!, $subsystems: [String!]) {
    addUser(name: $name, password: $password, role: $role, subsystems: $subsystems) { name } }`
  await request(mutation, { name, password, role, subsystems: listOf(subsystems) })
  return `${name} is added.`
})
onSubmit('add-token', async ({ name, role, subsystems = '', days }) => {
  const mutation = `mutation ($name: String!, $role: Role!, $days: Int, $subsystems: [String!]) {
    addMachineToken(name: $name, role: $role, days: $days, subsystems: $subsystems) { secret } }`
  const variables = { name, role, days: Number(days), subsystems: listOf(subsystems) }
  const { addMachineToken } = await request<{ addMachineToken: { secret: string } }>(
    mutation,
    variables,
  )
  const shown = byId('new-token')
  shown.hidden = false
  shown.replaceChildren(
    'Copy it now, it is not shown again: ',
    element('code', {}, addMachineToken.secret),
  )
  return `The token for ${name} is made.`
})

function onSubmit(id: string, work: (given: Record<string, string>) => Promise<string>): void {
  const form = byId<'form'>(id)
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const given = Object.fromEntries(new FormData(form)) as Record<string, string>
    await said(() => work(given))
    form.reset()
  })
}

/** Does it, says what came of it, and reads everything anew. */
async function said(work: () => Promise<string>): Promise<void> {
  try {
    setText(byId('said'), await work())
    byId('said').classList.remove('problem')
  } catch (error) {
    setText(byId('said'), error instanceof ApiError ? error.message : 'It could not be done.')
    byId('said').classList.add('problem')
  }
  if (keepsUsers) await refresh()
}

async function refresh(): Promise<void> {
  try {
    const query = `{ ${isLocal ? 'users { name role subsystems created }' : ''}
      machineTokens { id name role subsystems created createdBy expires } }`
    const { users = [], machineTokens } = await request<{
      users?: readonly Account[]
      machineTokens: readonly Token[]
    }>(query, {})
    shell.heard(serverNow())
    drawTable('users', ['Name', 'Role', 'Acts on', 'Since', 'Remove'], users.map(userRow))
    drawTable(
      'tokens',
      ['For', 'Role', 'Acts on', 'Until', 'By', 'Remove'],
      machineTokens.map(tokenRow),
    )
  } catch (error) {
    shell.report(error instanceof ApiError ? error.message : 'The users could not be read.')
  }
}

function userRow({ name, role, subsystems, created }: Account): readonly (Node | string)[] {
  const select = element('select', { 'aria-label': `Role of ${name}` })
  select.append(...roles.map((one) => element('option', { value: one }, one.toLowerCase())))
  select.value = role
  select.addEventListener('change', () =>
    said(async () => {
      const mutation = `mutation ($name: ID!, $role: Role!, $subsystems: [String!]) {
        changeUser(name: $name, role: $role, subsystems: $subsystems) { name } }`
      await request(mutation, { name, role: select.value, subsystems })
      return `${name} is ${select.value.toLowerCase()}.`
    }),
  )
  const remove = removing(`Remove ${name}`, async () => {
    await request('mutation ($name: ID!) { removeUser(name: $name) }', { name })
    return `${name} is removed.`
  })
  return [name, select, subsystems?.join(', ') ?? 'all', dateOf(created), remove]
}

function tokenRow(token: Token): readonly (Node | string)[] {
  const { id, name, role, subsystems, createdBy, expires } = token
  const remove = removing(`Remove the token for ${name}`, async () => {
    await request('mutation ($id: ID!) { removeMachineToken(id: $id) }', { id })
    return `The token for ${name} is taken back.`
  })
  const acts = subsystems?.join(', ') ?? 'all'
  return [name, role.toLowerCase(), acts, dateOf(expires), createdBy, remove]
}

/** A button that asks once more before it does something. */
function removing(label: string, work: () => Promise<string>): HTMLButtonElement {
  const button = element('button', { type: 'button', 'aria-label': label }, 'Remove')
  button.addEventListener('click', () => {
    if (confirm(`${label}? Connections that it has open end.`)) void said(work)
  })
  return button
}

function drawTable(
  id: string,
  titles: readonly string[],
  rows: readonly (readonly (Node | string)[])[],
): void {
  const head = element('tr', {}, ...titles.map((title) => element('th', { scope: 'col' }, title)))
  const body = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell) => element('td', {}, cell))),
  )
  byId(id).replaceChildren(element('thead', {}, head), element('tbody', {}, ...body))
}

function dateOf(time: string): string {
  return showTime(Date.parse(time), shell.zone()).slice(0, 10)
}

function listOf(text: string): string[] | null {
  const names = text.split(/[\s,]+/).filter(Boolean)
  return names.length === 0 || names[0] === 'all' ? null : names
}
